//! Many runs: which pairs are trained, what is still missing, and the report of finished runs.

#[cfg(test)]
pub(crate) mod example;
pub mod finished;
pub mod introduction;
pub mod manifest;
pub mod plan;
pub mod planned_run;
pub mod repeat;
pub mod report;
pub mod report_files;
pub mod report_words;
pub mod result_rows;
pub mod seeds;
pub mod train;
