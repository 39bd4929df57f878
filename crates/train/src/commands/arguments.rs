//! The command line: every command with its arguments.

use clap::{Parser, Subcommand};

use crate::commands::bench::BenchArgs;
use crate::commands::compare::CompareArgs;
use crate::commands::completions::CompletionsArgs;
use crate::commands::data::DataCommand;
use crate::commands::demo::DemoArgs;
use crate::commands::devices::DevicesArgs;
use crate::commands::evaluate::EvaluateArgs;
use crate::commands::experiments::ExperimentsCommand;
use crate::commands::export::ExportArgs;
use crate::commands::man::ManArgs;
use crate::commands::predict::PredictArgs;
use crate::commands::report::ReportArgs;
use crate::commands::runs::RunsArgs;
use crate::commands::sweep::SweepArgs;
use crate::commands::table::TableArgs;
use crate::commands::train::TrainArgs;

/// Train image classifiers with and without mixup, and see what it changed.
#[derive(Debug, Parser)]
#[command(name = "mixup", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  mixup demo
  mixup train mixup
  mixup compare mixup baseline";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train one run of an experiment, or resume a run
    Train(TrainArgs),
    /// Train two or more experiments in paired trials, and report the differences
    Compare(CompareArgs),
    /// Compare several values of a setting, and report the curve
    Sweep(SweepArgs),
    /// Write the report of finished runs: a page, its numbers, and tables
    Report(ReportArgs),
    /// List runs: how far each is, its accuracy and its size
    Runs(RunsArgs),
    /// Make a Markdown table of the rows that reports have added to a file
    Table(TableArgs),
    /// Compare a small network with and without mixup on built-in images
    Demo(DemoArgs),
    /// Evaluate a trained network on the test images
    Evaluate(EvaluateArgs),
    /// Classify your own pictures
    Predict(PredictArgs),
    /// Write a trained network as a file for other programs
    Export(ExportArgs),
    /// Measure how fast this machine trains, and where the time goes
    Bench(BenchArgs),
    /// Download, describe or look at data
    #[command(subcommand, after_help = crate::commands::data::EXAMPLES)]
    Data(DataCommand),
    /// List and show the experiments that this program carries
    #[command(subcommand, after_help = crate::commands::experiments::EXAMPLES)]
    Experiments(ExperimentsCommand),
    /// List the devices of this machine, and what this build can compute on
    Devices(DevicesArgs),
    /// Print a script that completes command lines in a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands
    Man(ManArgs),
}

#[cfg(test)]
pub(crate) mod tests;
