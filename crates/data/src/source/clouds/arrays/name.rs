//! What the name of an array says about it.

use std::fmt;
use std::path::Path;

use crate::source::folder::Part;

/// An array of a set of clouds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CloudArray {
    /// Names of classes are said to be of the training part.
    pub(super) part: Part,
    pub(super) what: What,
}

/// What an array holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Points,
    Labels,
    Classes,
}

/// What arrays are called. The first of each kind is what errors call it.
const NAMES: [(&str, Part, What); 16] = [
    ("train_points", Part::Train, What::Points),
    ("train_data", Part::Train, What::Points),
    ("x_train", Part::Train, What::Points),
    ("train_labels", Part::Train, What::Labels),
    ("y_train", Part::Train, What::Labels),
    ("val_points", Part::Validation, What::Points),
    ("val_data", Part::Validation, What::Points),
    ("x_val", Part::Validation, What::Points),
    ("val_labels", Part::Validation, What::Labels),
    ("y_val", Part::Validation, What::Labels),
    ("test_points", Part::Test, What::Points),
    ("test_data", Part::Test, What::Points),
    ("x_test", Part::Test, What::Points),
    ("test_labels", Part::Test, What::Labels),
    ("y_test", Part::Test, What::Labels),
    ("classes", Part::Train, What::Classes),
];

impl CloudArray {
    /// The array that a file of this name holds, such as `train_points.npy`.
    pub(super) fn named(path: &Path) -> Option<Self> {
        let stem = path.file_name()?.to_str()?.strip_suffix(".npy")?;
        let (_, part, what) = NAMES.iter().find(|(name, ..)| *name == stem)?;
        Some(Self {
            part: *part,
            what: *what,
        })
    }
}

impl fmt::Display for CloudArray {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = NAMES.iter();
        let name = names.find(|(_, part, what)| *part == self.part && *what == self.what);
        formatter.write_str(name.map_or("", |(name, ..)| name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_known_by_several_names() {
        let named = |name: &str| CloudArray::named(Path::new(name)).map(|array| array.to_string());
        for (name, words) in [
            ("a.npz/train_points.npy", "train_points"),
            ("x_train.npy", "train_points"),
            ("test_data.npy", "test_points"),
            ("y_val.npy", "val_labels"),
            ("classes.npy", "classes"),
        ] {
            assert_eq!(named(name), Some(words.into()));
        }
        for other in ["train_points", "train_images.npy", "points.npy", ".npy", ""] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
