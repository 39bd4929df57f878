//! CIFAR-10's official `.tar.gz` archives, read in one pass and never unpacked to disk.

mod content_check;
mod entry_names;
mod fault;
mod gzip_members;
mod limited_reader;

use std::io::{self, BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use tar::{Archive, EntryType};

use crate::file::{MAX_FILE_BYTES, open_regular, too_large};
use crate::shell::quoted;
use crate::source::cifar::content::Content;
use crate::source::cifar::official::{BATCHES, Collector, Form, Member};
use crate::source::guess::no_archive;
use crate::source::passed_over::{PassedOver, PassedOverCounts};
use crate::{DataError, ImageSet};
use content_check::first_block;
use entry_names::EntryNames;
use fault::unreadable;
use gzip_members::GzipMembers;
use limited_reader::LimitedReader;

/// The largest archive that is opened, in bytes; the official ones have 170 million.
const MAX_ARCHIVE_BYTES: u64 = 1 << 30;

/// What an archive holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OpenedArchive {
    /// The form of its files.
    pub(crate) form: Form,
    /// Their images.
    pub(crate) images: ImageSet,
    /// What follows the archive in its file.
    pub(crate) passed_over: Vec<PassedOver>,
}

/// Reads a whole archive, including the checksum at its end.
///
/// All batch files must be in one folder, whose name does not matter. Other files are skipped, and so is what
/// follows the archive. `progress` receives the number of batch files read so far and their total number.
///
/// # Errors
/// A file that is not a regular one or has more than 1 GiB; a truncated or damaged archive; an entry that is
/// neither a file nor a folder, is larger than 64 MiB, has a name of more than 4,096 bytes, or has an absolute
/// path or one with `..`; and the errors of [`Collector`].
pub(crate) fn read(
    path: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedArchive, DataError> {
    let (file, _) = open_regular(path, MAX_ARCHIVE_BYTES).map_err(DataError::io(path))?;
    let mut file = BufReader::new(file);
    match file.fill_buf().map_err(DataError::io(path))? {
        [0x1f, 0x8b, ..] => {}
        start => return Err(no_archive(path, start)),
    }
    let mut content = LimitedReader::new(GzipMembers::new(file));
    let first = first_block(path, &mut content)?;
    let mut archive = Archive::new(first.chain(&mut content));
    let set = read_entries(path, &mut archive, progress)?;
    // Only the end of the stream shows whether the archive is complete and its checksum correct.
    io::copy(&mut content, &mut io::sink()).map_err(unreadable(path))?;
    let mut passed_over = PassedOverCounts::default();
    let after = content.into_inner().trailing_bytes();
    match after.map_err(unreadable(path))? {
        0 => {}
        count => passed_over.add_bytes(count, Path::new(path.file_name().unwrap_or_default())),
    }
    Ok(OpenedArchive {
        form: set.form(),
        images: set.finish(path)?,
        passed_over: passed_over.finish(),
    })
}

/// Reads every entry, and collects the batch files.
fn read_entries(
    path: &Path,
    archive: &mut Archive<impl Read>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Collector, DataError> {
    let mut found: Option<(PathBuf, Collector)> = None;
    let mut names = EntryNames::default();
    let mut has_splits = false;
    progress(0, BATCHES);
    // Raw entries, because the library reads names of any length into memory.
    for entry in archive.entries().map_err(unreadable(path))?.raw(true) {
        let mut entry = entry.map_err(unreadable(path))?;
        if names.take_in(path, &mut entry)? {
            continue;
        }
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        let name = safe(path, &names.name_of(path, &entry)?)?;
        has_splits |= name.iter().any(|part| part == "train");
        let shown = path.join(&name);
        match kind {
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::Directory => continue,
            other => {
                let found = format!("an entry of type {other:?}");
                return Err(DataError::format(&shown, "a file or folder", found));
            }
        }
        if entry.size() > MAX_FILE_BYTES {
            return Err(too_large(&shown, entry.size()));
        }
        let file_name = name.file_name().and_then(|name| name.to_str());
        let Some(member) = file_name.and_then(Member::named) else {
            continue;
        };
        let folder = name.parent().unwrap_or(Path::new(""));
        let (home, set) = found.get_or_insert_with(|| (folder.into(), Collector::new(member.form)));
        if set.form() == member.form && home != folder {
            let expected = format!("batches in one folder ({})", home.display());
            return Err(DataError::format(&shown, expected, "another folder"));
        }
        let mut content = Content {
            path: &shown,
            size: entry.size() as usize,
            reader: &mut entry,
            failure: &unreadable(path),
        };
        set.add(member, &mut content)?;
        progress(set.batches(), BATCHES);
    }
    names.finish(path)?;
    match found {
        Some((_, set)) => Ok(set),
        None => Err(no_batches(path, has_splits)),
    }
}

/// The error for an archive without batch files. `has_splits` says that it has a folder `train`.
fn no_batches(path: &Path, has_splits: bool) -> DataError {
    let expected = "the batch files of CIFAR-10";
    if !has_splits {
        return DataError::format(path, expected, "none of them");
    }
    DataError::format(path, expected, "class folders in an archive").hinted(format!(
        "unpack it with: tar xf {}; then give the folder that has train and test",
        quoted(path)
    ))
}

/// An entry's path without `./`; refuses paths that lead out of the archive.
fn safe(archive: &Path, name: &Path) -> Result<PathBuf, DataError> {
    let mut path = PathBuf::new();
    for component in name.components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                let found = format!("the entry {name:?}");
                return Err(DataError::format(
                    archive,
                    "paths inside the archive",
                    found,
                ));
            }
        }
    }
    Ok(path)
}

#[cfg(test)]
pub(crate) mod tests;
