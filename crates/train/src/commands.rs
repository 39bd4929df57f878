//! One file for each command: arguments in, words out. No command calls another.

pub mod arguments;
mod attack_arguments;
pub mod bench;
pub mod compare;
pub mod data;
pub mod demo;
pub mod evaluate;
pub mod predict;
pub mod report;
mod shared_arguments;
pub mod table;
pub mod train;

use crate::commands::arguments::{Cli, Command};
use crate::failure::Failure;

/// Does what the command line asks for.
///
/// # Errors
/// Any [`Failure`].
pub fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Train(args) => train::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Table(args) => table::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Data(command) => data::run(command),
    }
}
