//! One set of test images: an array of images, and one of their labels.

use std::path::{Path, PathBuf};

use super::fitted;
use super::stored::Stored;
use crate::source::numpy::{ImageRows, Labels};
use crate::{DataError, ImageRequest, Images};

/// The ends of the names of the two arrays.
pub(super) const DATA_END: &str = "_data.npy";
pub(super) const LABELS_END: &str = "_labels.npy";

/// A pair of arrays whose names end in `_data.npy` and `_labels.npy`. They are on disk until they are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayPair {
    data: PathBuf,
    labels: PathBuf,
}

impl ArrayPair {
    /// What stands before the end of the name of an array of images; `None` for another file.
    pub(super) fn stem(path: &Path) -> Option<&str> {
        path.file_name()?.to_str()?.strip_suffix(DATA_END)
    }

    /// The pair whose images lie at `data`.
    ///
    /// # Errors
    /// No labels next to it.
    pub(super) fn find(data: &Path) -> Result<Self, DataError> {
        let stem = Self::stem(data).unwrap_or_default();
        let labels = data.with_file_name(format!("{stem}{LABELS_END}"));
        if !labels.is_file() {
            let expected = format!("its labels next to it, {}", labels.display());
            return Err(DataError::format(data, expected, "none"));
        }
        let data = data.into();
        Ok(Self { data, labels })
    }

    /// Reads the images, in the form that `request` asks for.
    ///
    /// # Errors
    /// Arrays that are damaged, have another type or shape, or do not fit together.
    pub fn read(&self, request: &ImageRequest) -> Result<Images, DataError> {
        let labels = Stored::at(&self.labels)?.with(Labels::read)?;
        let (shape, pixels) = Stored::at(&self.data)?.with(|input| {
            let rows = ImageRows::open(input)?;
            let mut pixels = vec![];
            rows.read(input, rows.count, &mut pixels)?;
            Ok((rows.shape, pixels))
        })?;
        let count = pixels.len() / shape.values();
        if labels.len() != count {
            let expected = format!("as many labels as images ({count})");
            let found = labels.len().to_string();
            return Err(DataError::format(&self.data, expected, found));
        }
        fitted(Images::from_parts(shape, pixels, labels), request)
    }
}
