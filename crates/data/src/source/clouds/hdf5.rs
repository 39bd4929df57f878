//! HDF5 files of clouds and labels, as `modelnet40_ply_hdf5_2048` has them.

#[cfg(feature = "hdf5")]
mod read;
#[cfg(not(feature = "hdf5"))]
mod unread;

use std::io::Read;
use std::path::{Path, PathBuf};

use super::CloudRequest;
use super::class_names::read_names;
use super::lines::Lines;
use super::read_set::{PartsOf, ReadSet, check_test};
use super::rows::{Rows, check_labels, numbered, same_points};
use crate::DataError;
use crate::file::{MAX_FILE_BYTES, open_regular, read_regular};
use crate::source::folder::{Part, visible_entries};
#[cfg(not(feature = "hdf5"))]
use unread as read;

/// What every file starts with.
const MAGIC: &[u8; 8] = b"\x89HDF\r\n\x1a\n";
/// The names of classes.
const CLASSES: &str = "shape_names.txt";

/// Whether the first file for training in `folder` is an HDF5 file, or one is named that is not there.
pub(super) fn is_at(folder: &Path) -> bool {
    let files = files_of(folder, Part::Train).unwrap_or_default();
    files.first().is_some_and(|file| match file.exists() {
        true => starts_so(file),
        // A list of such files lacks one.
        false => list(folder, Part::Train).is_file() && has_ending(file),
    })
}

fn starts_so(path: &Path) -> bool {
    let mut start = vec![];
    let opened = open_regular(path, u64::MAX).ok();
    let read = opened.map(|(file, _)| file.take(MAGIC.len() as u64).read_to_end(&mut start));
    read.is_some() && start == MAGIC
}

/// Reads the files in `folder`. `progress` receives the number of files that were read, and of all.
///
/// # Errors
/// A list without lines, files that are not there, are damaged or have other data, labels without a class, and wrong
/// clouds.
pub(super) fn open(
    folder: &Path,
    request: &CloudRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ReadSet, DataError> {
    let mut files = PartsOf::<Vec<PathBuf>>::default();
    for part in Part::ALL {
        *files.get_mut(part) = files_of(folder, part)?;
    }
    let expected = "a list test_files.txt, or files with test in their names";
    check_test(folder, !files.test.is_empty(), expected, request)?;
    let names = folder.join(CLASSES);
    let names = names.is_file().then(|| read_names(&names)).transpose()?;
    let total = Part::ALL.map(|part| files.get(part).len());
    let (total, mut done): (usize, usize) = (total.iter().sum(), 0);
    progress(0, total);
    let mut parts = PartsOf::<Option<Rows>>::default();
    let mut highest = 0;
    for part in Part::ALL {
        for file in files.get(part) {
            let rows = parts.get_mut(part);
            let rows = rows.get_or_insert_with(|| Rows::new(part, request.points));
            let labels = read::file(file, rows)?;
            if let Some(names) = &names {
                check_labels(file, &labels, names.len())?;
            }
            highest = labels.into_iter().fold(highest, u16::max);
            done += 1;
            progress(done, total);
        }
    }
    let (parts, stored_points) = same_points(folder, parts)?;
    Ok(ReadSet {
        parts,
        classes: names.unwrap_or_else(|| numbered(highest)),
        stored_points,
        passed_over: vec![],
    })
}

/// The word for a part in the names of files.
fn word(part: Part) -> &'static str {
    match part {
        Part::Train => "train",
        Part::Validation => "val",
        Part::Test => "test",
    }
}

fn list(folder: &Path, part: Part) -> PathBuf {
    folder.join(format!("{}_files.txt", word(part)))
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        let mut endings = ["h5", "hdf5"].iter();
        endings.any(|other| ending.eq_ignore_ascii_case(other))
    })
}

/// The files of a part: those that a list names, else those with the part in their names, sorted. None, if there is
/// no such part.
///
/// # Errors
/// A folder or list that cannot be read, and a list without lines.
fn files_of(folder: &Path, part: Part) -> Result<Vec<PathBuf>, DataError> {
    let list = list(folder, part);
    if list.is_file() {
        return listed(folder, &list);
    }
    let mut files = vec![];
    for entry in visible_entries(folder)? {
        let name = entry.name.to_lowercase();
        // A file with several of the words is of the first part. The shortest word is in others, too.
        let mut parts = [Part::Train, Part::Test, Part::Validation].into_iter();
        let found = parts.find(|part| name.contains(word(*part)));
        if !entry.is_folder && found == Some(part) && has_ending(&entry.path) {
            files.push(entry.path);
        }
    }
    files.sort();
    Ok(files)
}

/// The files that a list names, which lie next to it. ModelNet40's lists have folders before the names.
fn listed(folder: &Path, list: &Path) -> Result<Vec<PathBuf>, DataError> {
    let bytes = read_regular(list, MAX_FILE_BYTES).map_err(DataError::io(list))?;
    let mut lines = Lines::new(list, &bytes);
    let mut files = vec![];
    while let Some(line) = lines.next()? {
        let name = line.text.rsplit(['/', '\\']).next().unwrap_or_default();
        if !has_ending(Path::new(name)) {
            return Err(line.fault("the name of a file (.h5)"));
        }
        files.push(folder.join(name));
    }
    match files.is_empty() {
        true => Err(DataError::format(list, "at least one line", "none")),
        false => Ok(files),
    }
}

#[cfg(all(test, feature = "hdf5"))]
mod tests;
