//! The built program, driven as a user drives it: command lines in, exit codes, words and files out.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod attacks;
mod bad_data;
mod bad_input;
mod bench;
mod compare;
mod data_command;
mod demo;
mod ended;
mod full_disk;
mod gpu_kit;
mod handmade;
mod output;
mod predict;
mod report;
mod resume;
mod scratch;
mod signals;
mod training;
mod validation;
mod variants;
mod weights;
