//! The images and the labels of one part of a set, which lie in two files.

use std::path::Path;

use crate::{DataError, ImageShape, Images};

/// What was read so far of a part, in any order.
#[derive(Default)]
pub(crate) struct Halves {
    /// The shape of each image, and the pixels of all.
    pub(crate) pixels: Option<(ImageShape, Vec<u8>)>,
    pub(crate) labels: Option<Vec<u16>>,
}

/// How the errors of a part name its files.
pub(crate) struct HalfNames<'a> {
    /// All files that a set must have.
    pub(crate) expected: &'a str,
    /// The file of images and that of labels.
    pub(crate) files: [String; 2],
    /// What there must be as many of as images.
    pub(crate) labels: String,
}

impl Halves {
    /// How many of the two files were read.
    pub(crate) fn files(&self) -> usize {
        usize::from(self.pixels.is_some()) + usize::from(self.labels.is_some())
    }

    /// The complete part. `path` is the folder or archive, for the message.
    ///
    /// # Errors
    /// A missing file, and another number of labels than of images.
    pub(crate) fn whole(self, path: &Path, names: HalfNames<'_>) -> Result<Images, DataError> {
        let [pixels_file, labels_file] = names.files;
        let missing = |file: String| DataError::format(path, names.expected, format!("no {file}"));
        let (shape, pixels) = self.pixels.ok_or_else(|| missing(pixels_file))?;
        let labels = self.labels.ok_or_else(|| missing(labels_file))?;
        let count = pixels.len() / shape.values();
        if labels.len() != count {
            let expected = format!("as many {} as images ({count})", names.labels);
            return Err(DataError::format(path, expected, labels.len().to_string()));
        }
        Ok(Images::from_parts(shape, pixels, labels))
    }
}
