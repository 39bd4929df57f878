//! The built program, driven as a user drives it: command lines in, exit codes, words and files out.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod ended;
mod handmade;
mod refusal;
mod run_files;
#[cfg(unix)]
mod running;
mod scratch;

mod archive_errors;
mod attacks;
mod bench;
mod compare;
mod compare_errors;
mod compare_parts;
mod data_check;
mod data_errors;
mod data_fetch;
mod data_preview;
mod demo;
mod determinism;
mod experiment_errors;
mod experiment_table_errors;
mod flag_errors;
mod full_disk;
mod gpu_kit;
mod help;
#[cfg(unix)]
mod interrupt;
#[cfg(unix)]
mod kill;
mod networks;
mod output;
mod predict;
mod progress_bars;
mod report;
mod report_errors;
mod results_table;
mod resume;
mod resume_errors;
mod run_folder;
mod run_results;
mod same_instant;
mod speed_scripts;
#[cfg(unix)]
mod storm;
mod validation;
mod variant_resume;
mod variants;
mod weights;
mod weights_errors;
mod wording;
