//! The entries of a tar archive.

use std::io::Read;

use tar::{Archive as TarArchive, EntryType};

use super::entry_names::EntryNames;
use super::fault::unreadable;
use super::{Archive, Visit};
use crate::DataError;
use crate::source::content::Content;

/// Calls `visit` for every file of the tar archive in `reader`.
///
/// # Errors
/// Those of [`Archive::each_file`].
pub(super) fn read(
    archive: &Archive,
    reader: impl Read,
    visit: &mut Visit<'_>,
) -> Result<(), DataError> {
    let path = archive.path();
    let mut entries = TarArchive::new(reader);
    let mut names = EntryNames::default();
    // Raw entries, because the library reads names of any length into memory.
    let entries = entries.entries().map_err(unreadable(archive))?.raw(true);
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
        let shown = path.join(&name);
        match kind {
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::Directory => continue,
            other => {
                let found = format!("an entry of type {other:?}");
                return Err(DataError::format(&shown, "a file or folder", found));
            }
        }
        let mut content = Content {
            path: &shown,
            size: usize::try_from(entry.size()).unwrap_or(usize::MAX),
            reader: &mut entry,
            failure: &unreadable(archive),
        };
        visit(&name, &mut content)?;
    }
    names.finish(path)
}
