//! `mixup data`: download, describe and look at images.

pub(crate) mod check;
pub(crate) mod fetch;
pub(crate) mod list;
pub(crate) mod pack;
pub(crate) mod preview;

use clap::Subcommand;

use self::check::CheckArgs;
use self::fetch::FetchArgs;
use self::list::ListArgs;
use self::pack::PackArgs;
use self::preview::PreviewArgs;
use crate::failure::Failure;

/// `mixup data`.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// List the sets that can be downloaded: what they show, their size, where they come from, their terms
    List(ListArgs),
    /// Download a set into the cache, and verify it
    Fetch(FetchArgs),
    /// Describe the images at a path: layout, counts, fingerprint, mean and deviation
    Check(CheckArgs),
    /// Decode a set once, into one file that starts at once and need not fit into memory
    Pack(PackArgs),
    /// Draw mixed pairs: image, partner, mix, λ and soft label
    Preview(PreviewArgs),
}

/// Examples of all `data` commands.
pub(crate) const EXAMPLES: &str = "\
Examples:
  mixup data list
  mixup data fetch svhn
  mixup data check my-pictures
  mixup data preview --data synthetic";

/// Does what the subcommand asks for.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(command: DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::List(args) => {
            list::run(args);
            Ok(())
        }
        DataCommand::Fetch(args) => fetch::run(&args),
        DataCommand::Check(args) => check::run(&args),
        DataCommand::Pack(args) => pack::run(&args),
        DataCommand::Preview(args) => preview::run(&args),
    }
}

#[cfg(test)]
mod tests;
