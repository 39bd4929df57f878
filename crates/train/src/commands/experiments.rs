//! `mixup experiments`: the experiments that the program carries.

use std::path::PathBuf;

use clap::Subcommand;

use crate::experiment::published::{PUBLISHED, named};
use crate::failure::Failure;
use crate::output::{print_result, print_text};

/// `mixup experiments`.
#[derive(Debug, Subcommand)]
pub enum ExperimentsCommand {
    /// List the experiments by name, each with what it is for
    #[command(after_help = LIST_EXAMPLES)]
    List,
    /// Print the file of an experiment, to read it or to change a copy of it
    #[command(after_help = SHOW_EXAMPLES)]
    Show {
        /// The experiment, such as mixup or dose/alpha-1
        #[arg(value_name = "NAME")]
        name: PathBuf,
    },
}

/// Examples of all `experiments` commands.
pub(crate) const EXAMPLES: &str = "\
Examples:
  mixup experiments list
  mixup experiments show mixup > mine.toml";

const LIST_EXAMPLES: &str = "\
Examples:
  mixup experiments list
  mixup train mixup";

const SHOW_EXAMPLES: &str = "\
Examples:
  mixup experiments show mixup > mine.toml
  mixup experiments show dose/alpha-1";

/// Does what the subcommand asks for.
///
/// # Errors
/// [`Failure::Usage`] if there is no experiment of the name.
pub(crate) fn run(command: &ExperimentsCommand) -> Result<(), Failure> {
    match command {
        ExperimentsCommand::List => lines().iter().for_each(|line| print_result(line)),
        ExperimentsCommand::Show { name } => print_text(named(name)?.text),
    }
    Ok(())
}

/// A line for each experiment: its name, and what it is for.
fn lines() -> Vec<String> {
    let width = PUBLISHED.iter().map(|one| one.name.len()).max();
    let width = width.unwrap_or(0);
    let line = PUBLISHED
        .iter()
        .map(|one| format!("{:<width$}  {}", one.name, one.what));
    line.collect()
}
