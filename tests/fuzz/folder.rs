//! Folders for the inputs of a target, in memory if the system has such a place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Files by their paths from a folder.
pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A new folder, in memory on Linux.
pub(crate) fn new() -> TempDir {
    let mut builder = tempfile::Builder::new();
    builder.prefix("mixup-fuzz-");
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        builder.tempdir_in(memory)
    } else {
        builder.tempdir()
    };
    folder.unwrap()
}

/// Every file in a folder.
pub(crate) fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Makes a folder with these files, in place of what was there.
pub(crate) fn write(folder: &Path, files: &Files) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        write_file(&folder.join(name), bytes);
    }
}

/// Writes a file, and makes the folders around it.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) {
    if fs::write(path, bytes).is_err() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
