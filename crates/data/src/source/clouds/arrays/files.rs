//! The files of arrays: in a folder, in an archive, or in archives in a folder.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::name::CloudArray;
use crate::DataError;
use crate::file::open_regular;
use crate::source::archive::{Archive, ArchiveKind};
use crate::source::content::Content;
use crate::source::folder::{is_shown, visible_entries};

/// What is done with each array.
type Visit<'v> = dyn FnMut(CloudArray, &mut Content<'_>) -> Result<(), DataError> + 'v;

/// Calls `visit` for every array of a set by its name, file by file in the order of their names.
///
/// # Errors
/// A folder, file or archive that cannot be read, and those of `visit`.
pub(super) fn each_array(path: &Path, visit: &mut Visit<'_>) -> Result<(), DataError> {
    if path.is_file() {
        return in_archive(path, visit);
    }
    let files = visible_entries(path)?.into_iter();
    let mut files: Vec<PathBuf> = files
        .filter(|entry| !entry.is_folder)
        .map(|entry| entry.path)
        .collect();
    files.sort();
    for file in files {
        if let Some(array) = CloudArray::named(&file) {
            in_file(&file, array, visit)?;
        } else if file.extension().is_some_and(|ending| ending == "npz") {
            in_archive(&file, visit)?;
        }
    }
    Ok(())
}

/// The error that ends [`each_array`] before its end.
pub(super) fn stop(path: &Path) -> DataError {
    DataError::format(path, "nothing more", "more")
}

fn in_file(path: &Path, array: CloudArray, visit: &mut Visit<'_>) -> Result<(), DataError> {
    let failure = DataError::io(path);
    let (file, size) = open_regular(path, u64::MAX).map_err(&failure)?;
    let mut reader = BufReader::with_capacity(1 << 16, file).take(size);
    let mut content = Content {
        path,
        size: usize::try_from(size).unwrap_or(usize::MAX),
        reader: &mut reader,
        failure: &failure,
    };
    visit(array, &mut content)
}

fn in_archive(path: &Path, visit: &mut Visit<'_>) -> Result<(), DataError> {
    let archive = Archive::open(path, &mut vec![])?;
    let Some(archive) = archive.filter(|archive| archive.kind() == ArchiveKind::Zip) else {
        return Err(DataError::format(path, "arrays (.npz)", "another file"));
    };
    archive.each_file(&mut |name, content| match CloudArray::named(name) {
        Some(array) if is_shown(name) => visit(array, content),
        _ => Ok(()),
    })?;
    Ok(())
}
