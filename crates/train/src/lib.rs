//! The program `mixup`: experiments, learner, run folder and command line.
//!
//! A run goes one way: an [`experiment`] file and a [`data_source`] become a
//! [`training::Run`], whose [`epoch_loop`] runs inside Burn's `SupervisedTraining` and writes to the
//! [`run_folder`].
//!
//! The binary is [`commands::run`] behind [`cli::Cli`]; everything else is public for tests.

#![recursion_limit = "256"]

pub mod attack;
pub mod bench;
pub mod checkpoint;
pub mod classifier;
pub mod cli;
pub mod commands;
pub mod comparison_folder;
pub mod data_source;
pub mod device;
pub mod device_log;
pub mod epoch_loop;
pub mod evaluation;
pub mod experiment;
pub mod failure;
pub mod finished_runs;
pub mod interrupt;
pub mod introduction;
pub mod libdevice;
pub mod loss;
pub mod metrics;
pub mod optimizer;
pub mod panics;
pub mod pictures;
mod plain;
pub mod prepare;
mod raw_mode;
pub mod report_files;
pub mod robustness;
pub mod run_folder;
pub mod run_record;
pub mod schedule;
pub mod splits;
pub mod trained;
pub mod training;
pub mod trials;
pub mod trials_progress;
pub mod ui;
pub mod weights_note;
