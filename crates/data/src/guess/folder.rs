//! A folder without a known layout, or without its test images.

use std::fs;
use std::path::{Path, PathBuf};

use crate::DataError;
use crate::folder::{TEST_NAMES, is_image_name, is_of_a_system};
use crate::official::Member;
use crate::shell::quoted;

const TRAIN_NAMES: [&str; 3] = ["train", "training", "trn"];
/// More entries than this are not looked at.
const MAX_ENTRIES: usize = 10_000;

/// What lies in a folder, in the order of the names and without hidden entries.
struct Entries {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Entries {
    fn of(path: &Path) -> Result<Self, DataError> {
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

/// Whether a folder has a file that class folders read.
fn has_images(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| is_image_name(&path))
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The error for class folders at `path` that have `train` and no `test`.
pub(crate) fn no_test(path: &Path) -> DataError {
    let (train, test) = (path.join("train"), path.join("test"));
    let fault = |found: &str| DataError::format(path, "a folder test next to train", found);
    match Entries::of(path) {
        Err(error) => error,
        Ok(entries) => match entries.named(&TEST_NAMES) {
            Some(other) => fault(&name_of(other)).hinted(format!(
                "if its images are to be the test images: mv {} {}",
                quoted(other),
                quoted(&test)
            )),
            None => fault("none").hinted(format!(
                "move some images of every class, such as a tenth, from {}/CLASS to {}/CLASS",
                quoted(&train),
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
            "CIFAR-10's binary layout (data_batch_1.bin ...), its Python layout (data_batch_1 ...) \
             or class folders (train/CLASS/*.png, test/CLASS/*.png)",
            found,
        )
    };
    let guess = other_split_names(path, &entries)
        .or_else(|| one_level_up(path))
        .or_else(|| one_level_down(&entries))
        .or_else(|| archive_within(&entries))
        .or_else(|| classes_without_split(path, &entries));
    match guess {
        Some((found, hint)) => fault(&found).hinted(hint),
        None if entries.files.iter().any(|file| is_image_name(file)) => {
            fault("images without class folders").hinted(
                "put them into folders: train/CLASS/*.png for training and test/CLASS/*.png for the test",
            )
        }
        None if entries.folders.is_empty() && entries.files.is_empty() => fault("an empty folder"),
        None => fault("none of these"),
    }
}

/// `Train`, `training` or the like: what was found, and how to rename it.
fn other_split_names(path: &Path, entries: &Entries) -> Option<(String, String)> {
    let test = entries.named(&TEST_NAMES);
    let Some(train) = entries.named(&TRAIN_NAMES) else {
        let train = quoted(path.join("train"));
        let hint = format!("put the training images of every class into {train}/CLASS");
        return test.map(|test| (format!("{} without train", name_of(test)), hint));
    };
    let mut found = name_of(train);
    let mut commands = vec![renamed(train, &path.join("train"))];
    if let Some(test) = test {
        found += &format!(" and {}", name_of(test));
        if name_of(test) != "test" {
            commands.push(renamed(test, &path.join("test")));
        }
    }
    Some((found, format!("rename with: {}", commands.join(" && "))))
}

fn renamed(from: &Path, to: &Path) -> String {
    format!("mv {} {}", quoted(from), quoted(to))
}

/// The path is that of a split itself.
fn one_level_up(path: &Path) -> Option<(String, String)> {
    let absolute = std::path::absolute(path).ok()?;
    let name = name_of(&absolute);
    let parent = absolute.parent()?;
    let is_split = name == "train" || name == "test";
    (is_split && parent.join("train").is_dir()).then(|| {
        let hint = format!(
            "give the folder that holds train and test: --data {}",
            quoted(parent)
        );
        (format!("the folder {name} itself"), hint)
    })
}

/// A subfolder has one of the layouts.
fn one_level_down(entries: &Entries) -> Option<(String, String)> {
    let within = entries.folders.iter().find(|folder| {
        let has_batches = |name: &str| Member::named(name).is_some() && folder.join(name).is_file();
        folder.join("train").is_dir()
            || has_batches("data_batch_1")
            || has_batches("data_batch_1.bin")
    })?;
    let found = format!("it one folder down, in {}", name_of(within));
    Some((
        found,
        format!("give that folder: --data {}", quoted(within)),
    ))
}

/// An archive that was not unpacked lies in the folder.
fn archive_within(entries: &Entries) -> Option<(String, String)> {
    let ends = |file: &Path, endings: &[&str]| {
        let name = name_of(file).to_lowercase();
        endings.iter().any(|ending| name.ends_with(ending))
    };
    let mut files = entries.files.iter();
    let file = files.find(|file| ends(file, &[".tar.gz", ".tgz", ".zip", ".tar", ".tar.xz"]))?;
    let word = quoted(file);
    let hint = if ends(file, &[".zip"]) {
        format!("unpack it with: unzip {word}; then give the folder of images")
    } else if ends(file, &[".tar.gz", ".tgz"]) {
        format!(
            "CIFAR-10's archive is read as it is: --data {word}; any other is unpacked with: tar xf {word}"
        )
    } else {
        format!("unpack it with: tar xf {word}; then give the folder of images")
    };
    Some((format!("the archive {}", name_of(file)), hint))
}

/// Class folders that lie at the path itself.
fn classes_without_split(path: &Path, entries: &Entries) -> Option<(String, String)> {
    let classes = entries.folders.iter().filter(|folder| has_images(folder));
    let classes: Vec<String> = classes.map(|class| name_of(class)).collect();
    if classes.len() < 2 {
        return None;
    }
    let mut names = classes
        .iter()
        .take(3)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if classes.len() > 3 {
        names += ", …";
    }
    let found = format!("class folders without train and test ({names})");
    let hint = match path.file_name() {
        Some(name) => {
            let split = path.with_file_name(format!("{}-split", name.to_string_lossy()));
            format!(
                "mkdir {0} && mv {1} {2}; then move some images of every class, such as a tenth, to \
                 {3}/CLASS, and give --data {0}",
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
    Some((found, hint))
}

#[cfg(test)]
mod tests;
