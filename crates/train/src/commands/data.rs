//! `mixup data`: download, describe and look at images.

pub(crate) mod check;
pub(crate) mod preview;

use std::path::PathBuf;

use clap::Subcommand;

use self::check::CheckArgs;
use self::preview::PreviewArgs;
use crate::failure::Failure;
use crate::run::data::{cached_path, download};
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup data`.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Download CIFAR-10's binary archive into the cache, and verify it
    #[command(after_help = FETCH_EXAMPLES)]
    Fetch {
        /// Another address of the same archive
        #[arg(long)]
        url: Option<String>,
        /// A file to write to instead of the cache
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Describe the images at a path: layout, counts, fingerprint, mean and deviation
    Check(CheckArgs),
    /// Draw mixed pairs: image, partner, mix, λ and soft label
    Preview(PreviewArgs),
}

/// Examples of all `data` commands.
pub(crate) const EXAMPLES: &str = "\
Examples:
  mixup data fetch
  mixup data check my-pictures
  mixup data preview --data synthetic";

const FETCH_EXAMPLES: &str = "\
Examples:
  mixup data fetch
  mixup data fetch --out cifar-10-binary.tar.gz";

/// Does what the subcommand asks for.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(command: DataCommand) -> Result<(), Failure> {
    match command {
        DataCommand::Fetch { url, out } => fetch(url.as_deref(), out),
        DataCommand::Check(args) => check::run(&args),
        DataCommand::Preview(args) => preview::run(&args),
    }
}

fn fetch(url: Option<&str>, out: Option<PathBuf>) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, false)?;
    let path = match out {
        Some(path) => path,
        None => cached_path()?,
    };
    if path.is_file() && mixup_data::cifar10_archive().matches(&path)? {
        print_result(&format!("already there and verified: {}", path.display()));
        return Ok(());
    }
    download(url, &path, &ui)?;
    print_result(&format!("downloaded and verified: {}", path.display()));
    Ok(())
}

#[cfg(test)]
mod tests;
