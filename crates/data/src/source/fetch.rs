//! Downloads files of known length and checksum, and knows those of a few sets.

mod download;
mod known;
mod partial_file;
mod transfer;

use std::path::Path;

use crate::DataError;
pub use download::{Download, RetryPolicy};
pub use known::KnownSet;
use transfer::{Failure, Transfer};

/// Downloads to `destination`, which only appears once its length and SHA-256 are correct.
///
/// The bytes are collected in `<destination>.part`, in the same folder. A failed download keeps that
/// file, and a later call resumes it. The parent folder is created if needed, and an existing file at
/// `destination` is replaced. `progress` receives the bytes so far and the total; the first number
/// drops to 0 when a transfer starts over.
///
/// # Errors
/// [`DataError::Download`] if no address delivered the file or another process is downloading it;
/// [`DataError::Io`] if this machine cannot store it.
pub fn fetch(
    download: &Download,
    destination: &Path,
    progress: &dyn Fn(u64, u64),
) -> Result<(), DataError> {
    let mut transfer = Transfer::new(download, destination, progress)?;
    let mut failures = Vec::new();
    for url in &download.urls {
        match transfer.try_address(url) {
            Ok(()) => return transfer.publish(),
            Err(Failure::Disk(error)) => return Err(error),
            Err(Failure::Temporary(why) | Failure::Stale(why) | Failure::Permanent(why)) => {
                failures.push(format!("{url}: {why}"));
            }
        }
    }
    transfer.leave()?;
    if failures.is_empty() {
        failures.push("no address was given".into());
    }
    Err(DataError::Download {
        reason: failures.join("; "),
    })
}
