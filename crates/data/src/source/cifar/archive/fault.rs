//! What can be wrong with an archive as a whole.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::DataError;

/// Maps an error of reading the archive at `path` to this crate's error.
pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> DataError + '_ {
    move |error| match error.kind() {
        _ if error.raw_os_error().is_some() => DataError::io(path)(error),
        ErrorKind::UnexpectedEof => {
            not_whole(path, "one that ends early").hinted("copy or download the file again")
        }
        _ => {
            let found = error.to_string();
            let is_printable = found.chars().all(|c| matches!(c, ' '..='~'));
            // The tar reader's messages quote the bytes that it could not parse.
            if found.starts_with("numeric field") || !is_printable {
                not_whole(path, "one with a damaged entry")
            } else {
                not_whole(path, &found)
            }
        }
    }
}

/// The error for an archive that is damaged or none at all.
pub(super) fn not_whole(path: &Path, found: &str) -> DataError {
    DataError::format(path, "a whole .tar.gz archive", found)
}
