//! Downloads files of known length and checksum, and knows those of a few sets.

pub(crate) mod client;
mod download;
mod known;
mod partial_file;
pub(crate) mod transfer;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::DataError;
use client::Client;
pub use download::{Download, RetryPolicy};
pub use known::KnownSet;
pub(crate) use known::cache_folder;
use partial_file::PartialFile;
pub(crate) use partial_file::sha256_of;
pub(crate) use transfer::Watched;
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
    let client = Client::new(&download.retry);
    let watched = Watched {
        progress,
        stop: &AtomicBool::new(false),
    };
    fetch_by(&client, download, destination, watched).map_err(|stopped| stopped.error)
}

/// A download that failed.
pub(crate) struct Stopped {
    pub(crate) error: DataError,
    /// The status by which the last address refused the file, if it did so.
    pub(crate) refused: Option<u16>,
}

impl From<DataError> for Stopped {
    fn from(error: DataError) -> Self {
        let refused = None;
        Self { error, refused }
    }
}

/// Copies the file at `source` to `destination`, which only appears if it has the length and SHA-256 of `download`.
/// Returns whether it has.
///
/// # Errors
/// [`DataError`] if a file cannot be read or stored, or if another process is writing it.
pub(crate) fn copy_verified(
    source: &Path,
    download: &Download,
    destination: &Path,
) -> Result<bool, DataError> {
    let mut partial = PartialFile::open(destination)?;
    partial.clear()?;
    partial.append_file(source, download.size)?;
    if partial.len() == download.size && partial.sha256()? == download.sha256 {
        partial.publish()?;
        return Ok(true);
    }
    partial.clear()?;
    partial.leave()?;
    Ok(false)
}

/// Downloads as [`fetch`] does, by requests of `client`.
pub(crate) fn fetch_by(
    client: &Client,
    download: &Download,
    destination: &Path,
    watched: Watched<'_>,
) -> Result<(), Stopped> {
    let mut transfer = Transfer::new(download, destination, client, watched)?;
    let mut failures = Vec::new();
    let mut refused = None;
    for url in &download.urls {
        match transfer.try_address(url) {
            Ok(()) => return Ok(transfer.publish()?),
            Err(Failure::Disk(error)) => return Err(error.into()),
            Err(failure @ Failure::Stopped) => {
                failures.push(failure.why());
                break;
            }
            Err(failure) => {
                refused = match failure {
                    Failure::Refused(status) => Some(status),
                    _ => None,
                };
                failures.push(format!("{url}: {}", failure.why()));
            }
        }
    }
    transfer.leave()?;
    if failures.is_empty() {
        failures.push("no address was given".into());
    }
    let reason = failures.join("; ");
    let error = DataError::Download { reason };
    Err(Stopped { error, refused })
}
