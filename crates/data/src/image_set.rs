//! The common form of all sources: two splits and their class names.

use sha2::{Digest, Sha256};

use crate::images::Images;

/// The class names of CIFAR-10, in the order of its labels.
pub const CIFAR10_CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];

/// A training split, a test split, perhaps a validation split, and the names of their classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSet {
    /// The images to train on.
    pub train: Images,
    /// The images to choose the best epoch on, if the source has a part for them.
    pub validation: Option<Images>,
    /// The images to test on.
    pub test: Images,
    /// The name of each label; every label is below `classes.len()`.
    pub classes: Vec<String>,
}

impl ImageSet {
    /// SHA-256 of training pixels, training labels, test pixels and test labels, in hexadecimal. If there is a
    /// validation split, its pixels and labels follow.
    ///
    /// Two sources with the same fingerprint hold the same images in the same order.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for split in [&self.train, &self.test]
            .into_iter()
            .chain(&self.validation)
        {
            hash.update(split.pixels());
            hash.update(split.labels());
        }
        crate::hex(&hash.finalize())
    }
}

#[cfg(test)]
mod tests;
