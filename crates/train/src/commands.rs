//! One file for each command: arguments in, words out. No command calls another.

pub mod arguments;
mod attack_arguments;
pub(crate) mod bench;
pub(crate) mod compare;
pub(crate) mod data;
pub(crate) mod demo;
pub(crate) mod evaluate;
pub mod hints;
pub mod misplaced;
pub(crate) mod predict;
pub(crate) mod report;
mod shared_arguments;
pub(crate) mod table;
pub(crate) mod train;

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
