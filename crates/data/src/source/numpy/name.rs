//! What the name of an array says about it.

use std::fmt;

use crate::source::folder::Part;

/// An array of a set, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArrayFile {
    pub(crate) part: Part,
    pub(crate) what: What,
}

/// What an array holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Images,
    Labels,
}

impl fmt::Display for What {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Images => "images",
            Self::Labels => "labels",
        })
    }
}

/// The names by MedMNIST and by Keras.
const NAMES: [(&str, &str, Part, What); 6] = [
    ("train_images", "x_train", Part::Train, What::Images),
    ("train_labels", "y_train", Part::Train, What::Labels),
    ("val_images", "x_val", Part::Validation, What::Images),
    ("val_labels", "y_val", Part::Validation, What::Labels),
    ("test_images", "x_test", Part::Test, What::Images),
    ("test_labels", "y_test", Part::Test, What::Labels),
];

impl ArrayFile {
    /// The arrays that a set must have.
    pub(crate) const EXPECTED: &str = "train_images, train_labels, test_images and test_labels";

    /// The array that a file of this name holds, such as `train_images.npy`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".npy")?;
        let found = NAMES
            .iter()
            .find(|(one, other, ..)| stem == *one || stem == *other);
        found.map(|&(_, _, part, what)| Self { part, what })
    }
}

impl fmt::Display for ArrayFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = NAMES.iter();
        let mut names = names.filter(|(_, _, part, what)| *part == self.part && *what == self.what);
        formatter.write_str(names.next().map_or("", |(name, ..)| name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_two_libraries_are_known() {
        for (name, part, what) in [
            ("train_images.npy", Part::Train, What::Images),
            ("val_labels.npy", Part::Validation, What::Labels),
            ("x_test.npy", Part::Test, What::Images),
            ("y_train.npy", Part::Train, What::Labels),
        ] {
            assert_eq!(
                ArrayFile::named(name),
                Some(ArrayFile { part, what }),
                "{name}"
            );
        }
        for other in ["train_images", "train_images.npz", "images.npy", ".npy", ""] {
            assert_eq!(ArrayFile::named(other), None, "{other}");
        }
    }
}
