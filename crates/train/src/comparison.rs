//! Many runs: which pairs are trained, how far each is, and the report of finished ones.

pub mod finished;
pub mod folder;
pub mod report_files;
pub mod seeds;
