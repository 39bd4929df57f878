//! CIFAR-10-C and its kin: the same test images, corrupted in several ways and at five severities.
//!
//! `labels.npy` has the labels of all rows. Every other array, such as `fog.npy`, has the images of one corruption: first
//! all of severity 1, then all of severity 2, and so on.

use std::path::{Path, PathBuf};

use super::array_pair::{DATA_END, LABELS_END};
use super::fitted;
use super::stored::Stored;
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
    /// Arrays that are damaged or do not fit together, and several sets.
    pub(super) fn find(path: &Path, files: &[Stored]) -> Result<Option<Self>, DataError> {
        let Some((labels_file, arrays)) = only_set(path, files)? else {
            return Ok(None);
        };
        let labels = labels_file.with(Labels::read)?;
        check_severities(&labels_file.path, &labels)?;
        let headers = arrays.iter().map(|array| array.with(ImageRows::open));
        let headers = headers.collect::<Result<Vec<ImageRows>, _>>()?;
        let Some(shape) = headers.first().map(|rows| rows.shape) else {
            return Ok(None);
        };
        let corruptions = arrays.into_iter().zip(headers).map(|(array, rows)| {
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

/// The labels and the other arrays of the only folder that has both; `None` if there is none.
///
/// # Errors
/// Several such folders, as an archive may have them.
fn only_set<'f>(
    path: &Path,
    files: &'f [Stored],
) -> Result<Option<(&'f Stored, Vec<&'f Stored>)>, DataError> {
    let is_labels = |file: &&Stored| file.stem() == Some(LABELS);
    let sets = files.iter().filter(is_labels).map(|labels| {
        let folder = labels.path.parent();
        let mut arrays: Vec<&Stored> = files.iter().collect();
        arrays.retain(|file| file.path.parent() == folder && !is_labels(file));
        (labels, arrays)
    });
    let mut sets = sets.filter(|(_, arrays)| !arrays.is_empty());
    match (sets.next(), sets.next()) {
        (Some((one, _)), Some((other, _))) => {
            let name = |labels: &Stored| -> String {
                let inside = labels.path.strip_prefix(path).unwrap_or(&labels.path);
                inside.display().to_string()
            };
            let found = format!("{} and {}", name(one), name(other));
            let fault = DataError::format(path, "one set of corrupted images", found);
            Err(fault.hinted("unpack the archive, and give the folder of one of them with --data"))
        }
        (only, _) => Ok(only),
    }
}

/// Checks that `labels` are those of the same images at each severity.
///
/// # Errors
/// Labels that differ between severities, as those of any other images do.
fn check_severities(path: &Path, labels: &[u16]) -> Result<(), DataError> {
    let fault = |expected: String, found: String| {
        DataError::format(path, expected, found).hinted(format!(
            "if these images are not corrupted at {SEVERITIES} severities, name the two arrays x{DATA_END} and \
             x{LABELS_END}"
        ))
    };
    if labels.is_empty() || !labels.len().is_multiple_of(SEVERITIES) {
        let expected = format!("labels for {SEVERITIES} severities, as many for each");
        return Err(fault(expected, labels.len().to_string()));
    }
    let mut severities = (1..).zip(labels.chunks_exact(labels.len() / SEVERITIES));
    let first = severities.next().map(|(_, first)| first);
    match severities.find(|(_, labels)| Some(*labels) != first) {
        None => Ok(()),
        Some((severity, _)) => Err(fault(
            format!("the same labels for each of {SEVERITIES} severities"),
            format!("others for severity {severity}"),
        )),
    }
}
