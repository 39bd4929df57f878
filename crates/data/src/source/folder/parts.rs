//! Which folder of a set plays which part.

use std::fmt;
use std::path::{Path, PathBuf};

use super::listing::Entry;
use super::names::is_of_a_system;
use crate::DataError;
use crate::source::tiny_imagenet;
use crate::source::tree::Tree;

/// Names of the folder of training images, in the order in which they are looked for.
const TRAIN_NAMES: [&str; 2] = ["train", "training"];
/// Names of a folder that can only hold test images.
const TEST_NAMES: [&str; 2] = ["test", "testing"];
/// Names of a folder of validation images. Without a folder for the test, these are the test images.
pub(crate) const MIDDLE_NAMES: [&str; 3] = ["val", "valid", "validation"];
/// Names of parts that are not read.
pub(crate) const OTHER_NAMES: [&str; 3] = ["dev", "eval", "trn"];

/// A part of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The images to train on.
    Train,
    /// The images that choose the best epoch.
    Validation,
    /// The images to test on.
    Test,
}

impl Part {
    /// All parts, in the order in which they are read.
    pub(crate) const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Train => "training",
            Self::Validation => "validation",
            Self::Test => "test",
        })
    }
}

/// The folders of class folders, by their names as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// `None` if the classes lie at the path itself.
    pub(crate) train: Option<String>,
    pub(crate) validation: Option<String>,
    pub(crate) test: Option<String>,
    /// Folders with the name of a part, or with pictures, that are not read.
    pub(super) others: Vec<PathBuf>,
}

impl Parts {
    /// Looks for the parts in a folder; `None` if there is no folder of training images.
    ///
    /// # Errors
    /// A folder that cannot be read, and two folders whose names differ only in capitals.
    pub(crate) fn find(tree: &Tree, path: &Path) -> Result<Option<Self>, DataError> {
        let mut folders = tree.entries(path)?;
        folders.retain(|entry| entry.is_folder);
        let Some(train) = first(path, &folders, &TRAIN_NAMES)? else {
            return Ok(None);
        };
        let test = first(path, &folders, &TEST_NAMES)?;
        let test = test.filter(|test| !is_unlabelled(tree, path, test));
        let middle = first(path, &folders, &MIDDLE_NAMES)?;
        let (validation, test) = match test {
            Some(test) => (middle, Some(test)),
            None => (None, middle),
        };
        let read = [Some(&train), validation.as_ref(), test.as_ref()];
        // A folder without a picture, such as one of notes, is nobody's part.
        let others = folders.iter().filter(|entry| {
            !read.contains(&Some(&entry.name))
                && !is_of_a_system(&entry.name)
                && (is_part_name(&entry.name) || tree.has_images(&entry.path))
        });
        let others = others.map(|entry| entry.path.clone()).collect();
        Ok(Some(Self {
            train: Some(train),
            validation,
            test,
            others,
        }))
    }

    /// Each part with the name of its folder. A set whose classes lie at the path itself has none.
    pub(crate) fn named(&self) -> Vec<(Part, String)> {
        let parts = [
            (Part::Train, &self.train),
            (Part::Validation, &self.validation),
            (Part::Test, &self.test),
        ];
        let named = parts
            .into_iter()
            .filter_map(|(part, name)| Some((part, name.clone()?)));
        named.collect()
    }
}

/// Whether a folder has the test images of Tiny ImageNet, which are without labels. They are still there after the pictures
/// of `val` were moved into folders of classes.
fn is_unlabelled(tree: &Tree, set: &Path, test: &str) -> bool {
    let entries = tree.entries(&set.join(test)).unwrap_or_default();
    let mut folders = entries.iter().filter(|entry| entry.is_folder);
    let (Some(only), None) = (folders.next(), folders.next()) else {
        return false;
    };
    only.name == tiny_imagenet::IMAGES && tree.has_file(&set.join(tiny_imagenet::WNIDS))
}

/// Whether a folder of this name is a part of a set, read or not.
pub(crate) fn is_part_name(name: &str) -> bool {
    let names = [&TRAIN_NAMES[..], &TEST_NAMES, &MIDDLE_NAMES, &OTHER_NAMES];
    names
        .into_iter()
        .flatten()
        .any(|part| name.eq_ignore_ascii_case(part))
}

/// The first of these names that a folder has, in capitals or not.
///
/// # Errors
/// Two folders of this name that differ in capitals: which of them is meant cannot be known.
fn first(path: &Path, folders: &[Entry], names: &[&str]) -> Result<Option<String>, DataError> {
    for name in names {
        let mut alike: Vec<&str> = folders
            .iter()
            .map(|entry| &*entry.name)
            .filter(|other| other.eq_ignore_ascii_case(name))
            .collect();
        alike.sort_unstable();
        match alike[..] {
            [] => {}
            [only] => return Ok(Some(only.into())),
            _ => {
                let expected = format!("one folder {name}");
                return Err(
                    DataError::format(path, expected, alike.join(" and ")).hinted(format!(
                        "put the pictures of both into {name}, or move one of the folders away"
                    )),
                );
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
