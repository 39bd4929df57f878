//! The entries of a tar archive.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use tar::{Archive as TarArchive, Entries, Entry, EntryType};

use super::entry_names::EntryNames;
use super::fault::{not_whole, unreadable};
use super::{Archive, FilePlace, Visit};
use crate::DataError;
use crate::source::content::Content;

/// The most files of an archive whose places are listed at a time.
const MAX_PLACES: usize = 100_000;

/// Calls `visit` for every file of the tar archive in `reader`.
///
/// # Errors
/// Those of [`Archive::each_file`].
pub(super) fn read(
    archive: &Archive,
    reader: impl Read,
    visit: &mut Visit<'_>,
) -> Result<(), DataError> {
    let mut entries = TarArchive::new(reader);
    // Raw entries, because the library reads names of any length into memory.
    let entries = entries.entries().map_err(unreadable(archive))?.raw(true);
    each(archive, entries, |name, entry| {
        let mut content = Content {
            path: &archive.path().join(name),
            size: usize::try_from(entry.size()).unwrap_or(usize::MAX),
            reader: entry,
            failure: &unreadable(archive),
        };
        visit(name, &mut content)
    })
}

/// Where the files of the tar archive in `file` lie whose paths are `wanted`. Contents are not read.
///
/// # Errors
/// Those of [`Archive::each_file`], a file that ends outside the archive, and too many wanted files.
pub(super) fn places(
    archive: &Archive,
    file: File,
    wanted: impl Fn(&Path) -> bool,
) -> Result<Vec<FilePlace>, DataError> {
    let mut entries = TarArchive::new(file);
    let entries = entries.entries_with_seek().map_err(unreadable(archive))?;
    let mut places: Vec<FilePlace> = vec![];
    each(archive, entries.raw(true), |name, entry| {
        let (start, size) = (entry.raw_file_position(), entry.size());
        if start.checked_add(size).is_none_or(|end| end > archive.size) {
            return Err(not_whole(archive, "one that ends early"));
        }
        // A set of pictures has many files, and none of them is wanted.
        if !wanted(name) {
            return Ok(());
        }
        if places.len() >= MAX_PLACES {
            let expected = format!("at most {MAX_PLACES} such files");
            return Err(DataError::format(archive.path(), expected, "more"));
        }
        let name = name.to_owned();
        places.push(FilePlace { name, start, size });
        Ok(())
    })?;
    Ok(places)
}

/// Calls `visit` for every entry that is a file.
fn each<'a, R: Read + 'a>(
    archive: &Archive,
    entries: Entries<'a, R>,
    mut visit: impl FnMut(&Path, &mut Entry<'a, R>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let path = archive.path();
    let mut names = EntryNames::default();
    for entry in entries {
        let mut entry = entry.map_err(unreadable(archive))?;
        if names.take_in(archive, &mut entry)? {
            continue;
        }
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        let name = archive.safe(&names.name_of(path, &entry)?)?;
        match kind {
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::Directory => continue,
            other => {
                let found = format!("an entry of type {other:?}");
                return Err(DataError::format(
                    &path.join(&name),
                    "a file or folder",
                    found,
                ));
            }
        }
        visit(&name, &mut entry)?;
    }
    names.finish(path)
}
