//! What lies in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files in `folder` with their bytes, and the folders in it, by their paths from it. A file that goes
/// while it is read is left out.
pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    paths(folder)
        .into_iter()
        .filter_map(|path| {
            let place = folder.join(&path);
            match fs::read(&place) {
                Ok(bytes) => Some((path, Some(bytes))),
                Err(_) if place.is_dir() => Some((path, None)),
                Err(_) => None,
            }
        })
        .collect()
}

/// The paths of all files and folders in `folder`, from it, sorted. Nothing if there is no such folder.
pub(super) fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).into_iter().flatten().flatten() {
            let path = entry.path();
            found.push(path.strip_prefix(folder).unwrap().to_owned());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Asserts that exactly the paths `wanted` lie in `folder`. `told` says what happened before.
#[track_caller]
pub(super) fn assert_paths(folder: &Path, wanted: &[PathBuf], told: &str) {
    let found = paths(folder);
    let left: Vec<&PathBuf> = found.iter().filter(|path| !wanted.contains(path)).collect();
    let lost: Vec<&PathBuf> = wanted.iter().filter(|path| !found.contains(path)).collect();
    assert!(
        left.is_empty() && lost.is_empty(),
        "{told}: left in {}: {left:?}; missing: {lost:?}",
        folder.display()
    );
}
