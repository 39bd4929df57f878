//! One file for each command: arguments in, words out. No command calls another.

pub mod arguments;
mod attack_arguments;
pub(crate) mod bench;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod data;
pub(crate) mod demo;
mod device_parser;
pub(crate) mod devices;
pub(crate) mod evaluate;
pub(crate) mod experiments;
pub(crate) mod export;
pub mod hints;
pub(crate) mod man;
pub mod misplaced;
mod output_place;
mod pairs_arguments;
pub(crate) mod predict;
pub(crate) mod report;
pub(crate) mod runs;
mod set_arguments;
mod setting_flags;
mod shared_arguments;
pub(crate) mod sweep;
pub(crate) mod table;
mod table_arguments;
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
        Command::Sweep(args) => sweep::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Runs(args) => runs::run(&args),
        Command::Table(args) => table::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Data(command) => data::run(command),
        Command::Experiments(command) => experiments::run(&command),
        Command::Devices(args) => {
            devices::run(&args);
            Ok(())
        }
        Command::Completions(args) => {
            completions::run(&args);
            Ok(())
        }
        Command::Man(args) => man::run(&args),
    }
}
