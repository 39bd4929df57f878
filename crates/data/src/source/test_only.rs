//! Sets of test images alone, for networks that were trained on other images.
//!
//! - CIFAR-10.1: a pair of arrays whose names end in `_data.npy` and `_labels.npy`.
//! - CIFAR-10-C and its kin: `labels.npy`, and an array for each way in which images were corrupted, such as `fog.npy`.
//!
//! They lie in a folder; the arrays of the second may also lie in a tar archive without compression, as it is published.

mod corrupted;
mod stored;

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::image_file::refitted;
use crate::source::numpy::{ImageRows, Labels};
use crate::source::place::recognise;
use crate::source::tree::Tree;
use crate::{CIFAR10_CLASSES, DataError, ImageRequest, ImageShape, Images};
pub use corrupted::{CorruptedSet, SEVERITIES};
use stored::Stored;

/// The ends of the names of a pair.
const DATA: &str = "_data.npy";
const LABELS: &str = "_labels.npy";

/// Test images alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOnlySet {
    /// The arrays of one set, such as CIFAR-10.1.
    Pair {
        /// The array of images.
        data: PathBuf,
        /// The array of labels.
        labels: PathBuf,
    },
    /// The same images, corrupted in several ways.
    Corrupted(CorruptedSet),
}

/// Images with their labels, and the names of the classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledImages {
    /// The images.
    pub images: Images,
    /// The names of the labels; `None` if they are not known.
    pub classes: Option<Vec<String>>,
}

/// The set of test images alone at `path`; `None` if there is none, or if a folder also has a set to train on.
///
/// `path` is a folder, the array of images of a pair, or a tar archive of corrupted images. In a folder, the set may also
/// lie in the only subfolder.
///
/// # Errors
/// A folder or archive that cannot be read, a pair without its labels, several pairs, and arrays of corrupted images that
/// are damaged or do not fit together.
pub fn test_only(path: &Path) -> Result<Option<TestOnlySet>, DataError> {
    match path.is_dir() && recognise(&Tree::Disk, path, true).is_ok() {
        true => Ok(None),
        false => find(path),
    }
}

fn find(path: &Path) -> Result<Option<TestOnlySet>, DataError> {
    let about = fs::metadata(path).map_err(DataError::io(path))?;
    if about.is_file() {
        let name = path.file_name().and_then(|name| name.to_str());
        return match name.and_then(|name| name.strip_suffix(DATA)) {
            Some(stem) => pair(path.with_file_name(format!("{stem}{LABELS}")), path).map(Some),
            None => of_files(path, &stored::in_archive(path)?),
        };
    }
    if !about.is_dir() {
        return Ok(None);
    }
    if let Some(found) = in_folder(path)? {
        return Ok(Some(found));
    }
    let entries = Tree::Disk.entries(path)?;
    let mut folders = entries.iter().filter(|entry| entry.is_folder);
    match (folders.next(), folders.next()) {
        (Some(only), None) => in_folder(&only.path),
        _ => Ok(None),
    }
}

/// The error for a set of test images alone at `path`, which has no set to train on, where a set to train on is expected; `None` if there is none.
pub(crate) fn refused(path: &Path) -> Option<DataError> {
    let found = match find(path) {
        Ok(Some(TestOnlySet::Pair { .. })) => "a set of test images alone",
        Ok(Some(TestOnlySet::Corrupted(_))) => "a set of corrupted test images alone",
        Ok(None) | Err(_) => return None,
    };
    let fault = DataError::format(path, "training and test images", found);
    Some(fault.hinted(format!(
        "a trained network is judged on them with: mixup evaluate --weights RUN --data {}",
        crate::shell::quoted(path)
    )))
}

fn in_folder(folder: &Path) -> Result<Option<TestOnlySet>, DataError> {
    let files = stored::in_folder(folder)?;
    let name = |file: &Stored| -> Option<String> {
        let name = file.path.file_name()?.to_str()?;
        name.strip_suffix(DATA).map(str::to_owned)
    };
    let stems: Vec<String> = files.iter().filter_map(name).collect();
    match &stems[..] {
        [] => of_files(folder, &files),
        [stem] => {
            let data = folder.join(format!("{stem}{DATA}"));
            pair(folder.join(format!("{stem}{LABELS}")), &data).map(Some)
        }
        [one, other, ..] => {
            let found = format!("{one} and {other}");
            let fault = DataError::format(folder, "one pair of arrays", found);
            let file = folder.join(format!("{other}{DATA}"));
            Err(fault.hinted(format!(
                "give the images of one of them: --data {}",
                crate::shell::quoted(file)
            )))
        }
    }
}

fn pair(labels: PathBuf, data: &Path) -> Result<TestOnlySet, DataError> {
    if !labels.is_file() {
        let expected = format!("its labels next to it, {}", labels.display());
        return Err(DataError::format(data, expected, "none"));
    }
    let data = data.to_path_buf();
    Ok(TestOnlySet::Pair { data, labels })
}

/// The corrupted images among files of arrays.
fn of_files(path: &Path, files: &[Stored]) -> Result<Option<TestOnlySet>, DataError> {
    let set = CorruptedSet::find(path, files)?;
    Ok(set.map(TestOnlySet::Corrupted))
}

/// Reads a pair of arrays, with its images in the form that `request` asks for.
///
/// # Errors
/// Arrays that are damaged, have another type or shape, or do not fit together.
pub(crate) fn read_pair(
    data: &Path,
    labels: &Path,
    request: &ImageRequest,
) -> Result<LabelledImages, DataError> {
    let labels = Stored::at(labels)?.with(Labels::read)?;
    let (shape, pixels) = Stored::at(data)?.with(|input| {
        let rows = ImageRows::open(input)?;
        let mut pixels = vec![];
        rows.read(input, rows.count, &mut pixels)?;
        Ok((rows.shape, pixels))
    })?;
    let count = pixels.len() / shape.values();
    if labels.len() != count {
        let expected = format!("as many labels as images ({count})");
        return Err(DataError::format(data, expected, labels.len().to_string()));
    }
    let classes = class_names(shape, &labels);
    let images = fitted(Images::from_parts(shape, pixels, labels), request)?;
    Ok(LabelledImages { images, classes })
}

impl TestOnlySet {
    /// Reads the images of a pair, in the form that `request` asks for; `None` for corrupted images, of which there are
    /// several.
    ///
    /// # Errors
    /// Arrays that are damaged, have another type or shape, or do not fit together.
    pub fn read_pair(&self, request: &ImageRequest) -> Result<Option<LabelledImages>, DataError> {
        match self {
            Self::Pair { data, labels } => read_pair(data, labels, request).map(Some),
            Self::Corrupted(_) => Ok(None),
        }
    }
}

/// The names of CIFAR-10's classes for images of its shape whose labels go up to 9. Arrays have no names of classes.
fn class_names(shape: ImageShape, labels: &[u16]) -> Option<Vec<String>> {
    let is_like_cifar10 = shape == ImageShape::CIFAR10 && labels.iter().max() == Some(&9);
    is_like_cifar10.then(|| CIFAR10_CLASSES.map(str::to_owned).into())
}

/// The images in the shape that `request` asks for.
fn fitted(images: Images, request: &ImageRequest) -> Result<Images, DataError> {
    let shape = request.shape(images.shape());
    match shape == images.shape() {
        true => Ok(images),
        false => refitted(images, shape, request.resize),
    }
}

#[cfg(test)]
mod tests;
