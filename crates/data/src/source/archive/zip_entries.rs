//! The entries of a ZIP archive.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::fault::{not_whole, unreadable};
use super::limited_reader::{LimitedReader, most_of};
use super::{Archive, Visit};
use crate::DataError;
use crate::source::content::Content;

/// The longest name of an entry, in bytes; Linux allows paths of this length.
const MAX_NAME_BYTES: usize = 4096;
/// The bits of a Unix mode that say what kind of file it is, and those of a link.
const KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;

/// Calls `visit` for every file of the archive.
///
/// # Errors
/// Those of [`Archive::each_file`].
pub(super) fn read(
    archive: &Archive,
    file: BufReader<File>,
    visit: &mut Visit<'_>,
) -> Result<(), DataError> {
    let path = archive.path();
    let fault = |error: ZipError| match error {
        ZipError::Io(error) => unreadable(archive)(error),
        other => not_whole(archive, &other.to_string()),
    };
    let mut zip = ZipArchive::new(file).map_err(fault)?;
    let mut left = most_of(archive.size);
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(fault)?;
        let name = entry.name_raw();
        if name.len() > MAX_NAME_BYTES {
            let expected = format!("a name of an entry of at most {MAX_NAME_BYTES} bytes");
            return Err(DataError::format(path, expected, name.len().to_string()));
        }
        // A name without a mark of UTF-8 is read by the code page of DOS, in which every byte is a character.
        let name = entry.name().map_err(fault)?;
        let name = archive.safe(Path::new(&*name))?;
        if entry.is_dir() {
            continue;
        }
        let shown = path.join(&name);
        if entry.unix_mode().is_some_and(|mode| mode & KIND == LINK) {
            return Err(DataError::format(&shown, "a file or folder", "a link"));
        }
        let size = usize::try_from(entry.size()).unwrap_or(usize::MAX);
        let mut reader = LimitedReader::with(&mut entry, left);
        let mut content = Content {
            path: &shown,
            size,
            reader: &mut reader,
            failure: &unreadable(archive),
        };
        visit(&name, &mut content)?;
        let rest = reader.left();
        if rest < left {
            // The checksum comes with the end.
            io::copy(&mut reader, &mut io::sink()).map_err(unreadable(archive))?;
        }
        left = reader.left();
    }
    Ok(())
}
