//! What can be wrong with an archive as a whole.

use super::Archive;
use crate::DataError;
use std::io::{self, ErrorKind};

/// Maps an error of reading the archive to this crate's error.
pub(super) fn unreadable(archive: &Archive) -> impl Fn(io::Error) -> DataError + '_ {
    move |error| match error.kind() {
        _ if error.raw_os_error().is_some() => DataError::io(&archive.path)(error),
        ErrorKind::UnexpectedEof => {
            not_whole(archive, "one that ends early").hinted("copy or download the file again")
        }
        _ => {
            let found = error.to_string();
            let is_printable = found.chars().all(|c| matches!(c, ' '..='~'));
            // The tar reader's messages quote the bytes that it could not parse.
            if found.starts_with("unexpected EOF") {
                not_whole(archive, "one that ends early").hinted("copy or download the file again")
            } else if found.starts_with("numeric field") || !is_printable {
                not_whole(archive, "one with a damaged entry")
            } else {
                not_whole(archive, &found)
            }
        }
    }
}

/// The error for an archive that is damaged or none at all.
pub(super) fn not_whole(archive: &Archive, found: &str) -> DataError {
    let expected = format!("a whole {}", archive.kind);
    DataError::format(&archive.path, expected, found)
}
