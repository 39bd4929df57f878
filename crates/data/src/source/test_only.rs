//! Sets of test images alone, for networks that were trained on other images.
//!
//! - CIFAR-10.1: a pair of arrays whose names end in `_data.npy` and `_labels.npy`.
//! - CIFAR-10-C and its kin: `labels.npy`, and an array for each way in which images were corrupted, such as `fog.npy`.
//!
//! They lie in a folder; the arrays of the second may also lie in a tar archive without compression, as it is published.

mod array_pair;
mod corrupted;
mod stored;

use std::fs;
use std::path::Path;

use crate::source::image_file::refitted;
use crate::source::place::recognise;
use crate::source::tree::Tree;
use crate::{DataError, ImageRequest, Images};
pub use array_pair::ArrayPair;
use array_pair::DATA_END;
pub use corrupted::{CorruptedSet, SEVERITIES};
use stored::Stored;

/// Test images alone. Arrays have no names of classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOnlySet {
    /// The arrays of one set, such as CIFAR-10.1.
    Pair(ArrayPair),
    /// The same images, corrupted in several ways.
    Corrupted(CorruptedSet),
}

/// The set of test images alone at `path`; `None` if there is none, or if a folder also has a set to train on.
///
/// `path` is a folder, the array of images of a pair, or a tar archive of corrupted images. In a folder, the set may also
/// lie in the only subfolder.
///
/// # Errors
/// A folder or archive that cannot be read, a pair without its labels, several sets, and arrays of corrupted images that
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
        return match ArrayPair::stem(path) {
            Some(_) => ArrayPair::find(path).map(|pair| Some(TestOnlySet::Pair(pair))),
            None => among(path, &stored::in_archive(path)?),
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

/// The error for a set of test images alone at `path`, where a set to train on is expected; `None` if there is none.
pub(crate) fn refused(path: &Path) -> Option<DataError> {
    let found = match find(path) {
        Ok(Some(TestOnlySet::Pair(_))) => "a set of test images alone",
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
    let stems: Vec<&str> = files
        .iter()
        .filter_map(|file| ArrayPair::stem(&file.path))
        .collect();
    match stems[..] {
        [] => among(folder, &files),
        [stem] => {
            let pair = ArrayPair::find(&folder.join(format!("{stem}{DATA_END}")))?;
            Ok(Some(TestOnlySet::Pair(pair)))
        }
        [one, other, ..] => {
            let found = format!("{one} and {other}");
            let fault = DataError::format(folder, "one pair of arrays", found);
            let file = folder.join(format!("{other}{DATA_END}"));
            Err(fault.hinted(format!(
                "give the images of one of them: --data {}",
                crate::shell::quoted(file)
            )))
        }
    }
}

/// The corrupted images among files of arrays, which lie at `path`.
fn among(path: &Path, files: &[Stored]) -> Result<Option<TestOnlySet>, DataError> {
    let set = CorruptedSet::find(path, files)?;
    Ok(set.map(TestOnlySet::Corrupted))
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
