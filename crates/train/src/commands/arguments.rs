//! The command line: every command with its arguments.

use clap::{Parser, Subcommand};

use crate::commands::bench::BenchArgs;
use crate::commands::compare::CompareArgs;
use crate::commands::data::DataCommand;
use crate::commands::demo::DemoArgs;
use crate::commands::evaluate::EvaluateArgs;
use crate::commands::predict::PredictArgs;
use crate::commands::report::ReportArgs;
use crate::commands::table::TableArgs;
use crate::commands::train::TrainArgs;

/// Train image classifiers with and without mixup, and see what it changed.
#[derive(Debug, Parser)]
#[command(name = "mixup", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train one run of an experiment, or resume a run
    Train(TrainArgs),
    /// Train two experiments in paired trials, and report the difference
    Compare(CompareArgs),
    /// Write the report of finished runs: a page, its numbers, and tables
    Report(ReportArgs),
    /// Make a Markdown table of the rows that reports have added to a file
    Table(TableArgs),
    /// Compare a small network with and without mixup on built-in images
    Demo(DemoArgs),
    /// Evaluate a weights file on the test images
    Evaluate(EvaluateArgs),
    /// Classify your own pictures
    Predict(PredictArgs),
    /// Measure how fast this machine trains, and where the time goes
    Bench(BenchArgs),
    /// Download, describe or look at data
    #[command(subcommand)]
    Data(DataCommand),
}

#[cfg(test)]
pub(crate) mod tests;
