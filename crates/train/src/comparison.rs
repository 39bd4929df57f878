//! Many runs: which pairs are trained, what is still missing, and the report of finished runs.

pub(crate) mod arms;
pub(crate) mod difference_table;
#[cfg(test)]
pub(crate) mod example;
pub(crate) mod finished;
pub(crate) mod introduction;
pub(crate) mod manifest;
pub(crate) mod plan;
pub(crate) mod planned_run;
pub(crate) mod repeat;
pub(crate) mod report;
pub(crate) mod report_files;
pub(crate) mod report_words;
pub(crate) mod result_rows;
pub(crate) mod seeds;
mod starts;
pub(crate) mod sweep;
pub(crate) mod train;
