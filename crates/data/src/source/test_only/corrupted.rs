//! CIFAR-10-C and its kin: the same test images, corrupted in several ways and at five severities.
//!
//! `labels.npy` has the labels of all rows. Every other array, such as `fog.npy`, has the images of one corruption: first
//! all of severity 1, then all of severity 2, and so on.

use std::path::{Path, PathBuf};

use super::stored::Stored;
use super::{class_names, fitted};
use crate::source::numpy::{ImageRows, Labels};
use crate::{DataError, ImageRequest, ImageShape, Images};

/// The number of severities.
pub const SEVERITIES: usize = 5;

/// The name of the array of labels, without its ending.
const LABELS: &str = "labels";
/// The corruptions that its authors keep for choosing settings. They do not count to the mean over all corruptions.
const EXTRA: [&str; 4] = ["gaussian_blur", "saturate", "spatter", "speckle_noise"];

/// Images that were corrupted in several ways. Its arrays are on disk until they are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorruptedSet {
    path: PathBuf,
    corruptions: Vec<Corruption>,
    /// Of all rows.
    labels: Vec<u16>,
    shape: ImageShape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Corruption {
    name: String,
    array: Stored,
    /// Where its first image stands in its file.
    start: u64,
}

impl CorruptedSet {
    /// The set among the arrays `files`, which lie at `path`; `None` if there are no labels or nothing besides them.
    ///
    /// # Errors
    /// Arrays that are damaged or do not fit together.
    pub(super) fn find(path: &Path, files: &[Stored]) -> Result<Option<Self>, DataError> {
        let is_labels = |file: &&Stored| file.stem() == Some(LABELS);
        let Some(labels_file) = files.iter().find(is_labels) else {
            return Ok(None);
        };
        let folder = labels_file.path.parent();
        let arrays = files
            .iter()
            .filter(|file| file.path.parent() == folder && !is_labels(file));
        let arrays: Vec<&Stored> = arrays.collect();
        let Some(first) = arrays.first() else {
            return Ok(None);
        };
        let labels = labels_file.with(Labels::read)?;
        if labels.is_empty() || !labels.len().is_multiple_of(SEVERITIES) {
            let expected = format!("labels for {SEVERITIES} severities, as many for each");
            let found = labels.len().to_string();
            return Err(DataError::format(&labels_file.path, expected, found));
        }
        let shape = first.with(ImageRows::open)?.shape;
        let corruptions = arrays.into_iter().map(|array| {
            let rows = array.with(ImageRows::open)?;
            if rows.count != labels.len() || rows.shape != shape {
                let expected = format!("{} images of {shape}", labels.len());
                let found = format!("{} of {}", rows.count, rows.shape);
                return Err(DataError::format(&array.path, expected, found));
            }
            Ok(Corruption {
                name: array.stem().unwrap_or_default().to_owned(),
                array: array.clone(),
                start: rows.start,
            })
        });
        Ok(Some(Self {
            path: path.into(),
            corruptions: corruptions.collect::<Result<_, _>>()?,
            labels,
            shape,
        }))
    }

    /// The names of the corruptions, in alphabetical order.
    pub fn corruptions(&self) -> impl Iterator<Item = &str> {
        self.corruptions
            .iter()
            .map(|corruption| corruption.name.as_str())
    }

    /// Whether a corruption is one of those that are kept for choosing settings, by its name.
    pub fn is_extra(corruption: &str) -> bool {
        EXTRA.contains(&corruption)
    }

    /// The names of the labels; `None` if they are not known.
    pub fn classes(&self) -> Option<Vec<String>> {
        class_names(self.shape, &self.labels)
    }

    /// The labels of all rows.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The number of images of each severity.
    pub fn images(&self) -> usize {
        self.labels.len() / SEVERITIES
    }

    /// Reads the images of one corruption at one severity, from 1 to 5, in the form that `request` asks for. Only these
    /// rows are read.
    ///
    /// # Errors
    /// A name that the set does not have, a severity outside its range, and a file that cannot be read or was cut.
    pub fn read(
        &self,
        corruption: &str,
        severity: usize,
        request: &ImageRequest,
    ) -> Result<Images, DataError> {
        let found = self
            .corruptions
            .iter()
            .find(|other| other.name == corruption);
        let Some(Corruption { array, start, .. }) = found else {
            let names: Vec<&str> = self.corruptions().collect();
            let expected = format!("one of the corruptions {}", names.join(", "));
            let fault = DataError::format(&self.path, expected, corruption);
            return Err(fault
                .hinted("give one of them with --corruption, or leave it out for a table of all"));
        };
        if !(1..=SEVERITIES).contains(&severity) {
            let expected = format!("a severity from 1 to {SEVERITIES}");
            return Err(DataError::format(
                &self.path,
                expected,
                severity.to_string(),
            ));
        }
        let count = self.images();
        let first = (severity - 1) * count;
        let rows = ImageRows {
            count,
            shape: self.shape,
            start: *start,
        };
        let mut pixels = vec![];
        // The length of the file was checked, so that no product is too large.
        let skipped = start + (first * self.shape.values()) as u64;
        array.with_after(skipped, |input| rows.read(input, count, &mut pixels))?;
        let labels = self.labels[first..first + count].to_vec();
        fitted(Images::from_parts(self.shape, pixels, labels), request)
    }
}
