//! A folder without a known layout, or without its test images.

use std::fs;
use std::path::{Path, PathBuf};

use super::arrays::other_arrays;
use super::pictures::{further_down, locked, loose_pictures, one_class};
use crate::DataError;
use crate::shell::quoted;
use crate::source::folder::{
    OTHER_NAMES, Parts, has_images, is_of_a_system, is_part_name, visible_entries,
};
use crate::source::official::files_in;
use crate::source::tree::Tree;

/// Names of folders of test images, of which some are read and some are not.
const TEST_NAMES: [&str; 7] = [
    "test",
    "testing",
    "val",
    "valid",
    "validation",
    "dev",
    "eval",
];

/// More entries than this are not looked at.
const MAX_ENTRIES: usize = 10_000;

/// What lies in a folder, in the order of the names and without hidden entries.
pub(super) struct Entries {
    pub(super) folders: Vec<PathBuf>,
    pub(super) files: Vec<PathBuf>,
}

impl Entries {
    pub(super) fn of(path: &Path) -> Result<Self, DataError> {
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(path)
            .map_err(DataError::io(path))?
            .take(MAX_ENTRIES)
        {
            let path = entry.map_err(DataError::io(path))?.path();
            let name = name_of(&path);
            if name.starts_with('.') || is_of_a_system(&name) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
        folders.sort();
        files.sort();
        Ok(Self { folders, files })
    }

    /// The first folder with one of these names, in capitals or not.
    fn named(&self, names: &[&str]) -> Option<&Path> {
        names.iter().find_map(|name| {
            let mut folders = self.folders.iter();
            let found = folders.find(|folder| name_of(folder).eq_ignore_ascii_case(name));
            found.map(PathBuf::as_path)
        })
    }
}

pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The error for class folders at `path` without test images.
pub(crate) fn no_test(path: &Path, parts: &Parts) -> DataError {
    let train = parts.train.as_deref().unwrap_or("train");
    let fault =
        |found: &str| DataError::format(path, format!("a folder test next to {train}"), found);
    let test = path.join("test");
    match Entries::of(path) {
        Err(error) => error,
        Ok(entries) => match entries.named(&OTHER_NAMES) {
            Some(other) => fault(&name_of(other)).hinted(format!(
                "if its images are to be the test images: mv {} {}",
                quoted(other),
                quoted(&test)
            )),
            None => fault("none").hinted(format!(
                "write split = 0.2 under [data] in the experiment, as experiments/folders.toml has it (data check and data \
                 preview read it by --experiment FILE), or move some images of every class from {}/CLASS to {}/CLASS",
                quoted(path.join(train)),
                quoted(&test)
            )),
        },
    }
}

/// The error for a folder at `path` in which no layout was found.
pub(crate) fn no_layout(path: &Path) -> DataError {
    let entries = match Entries::of(path) {
        Ok(entries) => entries,
        Err(error) => return error,
    };
    let fault = |found: &str| {
        DataError::format(
            path,
            "the files of a set, class folders (train/CLASS/*, test/CLASS/*) or lists (train.txt, test.txt)",
            found,
        )
    };
    let guess = other_split_names(path, &entries)
        .or_else(|| one_level_up(path))
        .or_else(|| several_down(&entries))
        .or_else(|| archive_within(&entries))
        .or_else(|| classes_without_split(path))
        .or_else(|| further_down(path))
        .or_else(|| locked(&entries))
        .or_else(|| one_class(&entries))
        .or_else(|| loose_pictures(path, &entries));
    match guess {
        Some((found, hint)) => fault(&found).hinted(hint),
        None if entries.folders.is_empty() && entries.files.is_empty() => fault("an empty folder"),
        None => {
            let names: Vec<String> = entries.files.iter().map(|file| name_of(file)).collect();
            let arrays = other_arrays(path, names.iter().map(String::as_str));
            arrays.unwrap_or_else(|| fault("none of these"))
        }
    }
}

/// A folder for the test and none for training, or one by a name that is not read.
fn other_split_names(path: &Path, entries: &Entries) -> Option<(String, String)> {
    let train = path.join("train");
    if let Some(other) = entries.named(&["trn"]) {
        let hint = format!("rename with: mv {} {}", quoted(other), quoted(train));
        return Some((name_of(other), hint));
    }
    let hint = format!(
        "put the training images of every class into {}/CLASS",
        quoted(train)
    );
    let test = entries.named(&TEST_NAMES)?;
    Some((format!("{} without train", name_of(test)), hint))
}

/// Whether a folder is one part of a set that has several.
pub(crate) fn is_one_part(path: &Path) -> bool {
    whole_set(path).is_some_and(|(_, set)| {
        let entries = visible_entries(&set).unwrap_or_default();
        let parts = entries
            .iter()
            .filter(|entry| entry.is_folder && is_part_name(&entry.name));
        parts.count() > 1
    })
}

/// The name of a folder that is a part of a set, and the folder of the set.
pub(super) fn whole_set(path: &Path) -> Option<(String, PathBuf)> {
    let absolute = std::path::absolute(path).ok()?;
    let name = name_of(&absolute);
    let set = absolute.parent()?;
    (is_part_name(&name) && Parts::find(&Tree::Disk, set).ok()?.is_some())
        .then(|| (name, set.into()))
}

/// The path is that of a part itself.
fn one_level_up(path: &Path) -> Option<(String, String)> {
    let (name, set) = whole_set(path)?;
    let hint = format!(
        "give the folder that holds train and test: --data {}",
        quoted(set)
    );
    Some((format!("the folder {name} itself"), hint))
}

/// Several subfolders have one of the layouts.
fn several_down(entries: &Entries) -> Option<(String, String)> {
    let mut within = entries.folders.iter().filter(|folder| {
        let has_set = |folder: &Path| files_in(folder).is_ok_and(|files| !files.is_empty());
        folder.join("train").is_dir() || has_set(folder) || has_set(&folder.join("raw"))
    });
    let (first, second) = (within.next()?, within.next()?);
    let found = format!("several, in {} and {}", name_of(first), name_of(second));
    let hint = format!(
        "give one of these folders, such as: --data {}",
        quoted(first)
    );
    Some((found, hint))
}

/// An archive that was not unpacked lies in the folder.
fn archive_within(entries: &Entries) -> Option<(String, String)> {
    let ends = |file: &Path, endings: &[&str]| {
        let name = name_of(file).to_lowercase();
        endings.iter().any(|ending| name.ends_with(ending))
    };
    let mut files = entries.files.iter();
    let file = files.find(|file| {
        ends(
            file,
            &[".tar.gz", ".tgz", ".zip", ".npz", ".tar", ".tar.xz"],
        )
    })?;
    let word = quoted(file);
    let hint = if ends(file, &[".tar.xz"]) {
        format!("unpack it with: tar xf {word}; then give the folder of images")
    } else {
        format!("give the archive itself: --data {word}")
    };
    Some((format!("the archive {}", name_of(file)), hint))
}

/// The names of class folders that lie at the path itself; `None` if there are fewer than two.
pub(crate) fn flat_classes(path: &Path) -> Option<Vec<String>> {
    let entries = Entries::of(path).ok()?;
    let classes = entries.folders.iter().filter(|folder| has_images(folder));
    let classes: Vec<String> = classes.map(|class| name_of(class)).collect();
    (classes.len() >= 2).then_some(classes)
}

/// Class folders at the path itself, and what to do about the missing test images.
fn classes_without_split(path: &Path) -> Option<(String, String)> {
    let classes = flat_classes(path)?;
    let mut names = classes[..classes.len().min(3)].join(", ");
    if classes.len() > 3 {
        names += ", …";
    }
    let found = format!("class folders without train and test ({names})");
    let other_way = match path.file_name() {
        Some(name) => {
            let split = path.with_file_name(format!("{}-split", name.to_string_lossy()));
            format!(
                "mkdir {0} && mv {1} {2}, move some images of every class to {3}/CLASS, and give --data {0}",
                quoted(&split),
                quoted(path),
                quoted(split.join("train")),
                quoted(split.join("test"))
            )
        }
        None => {
            "move them into a folder train, and some images of every class into test/CLASS".into()
        }
    };
    let hint = format!(
        "write split = 0.2 under [data] in the experiment, as experiments/folders.toml has it (data check and data preview \
         read it by --experiment FILE); or {other_way}"
    );
    Some((found, hint))
}

#[cfg(test)]
mod tests;
