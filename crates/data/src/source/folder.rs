//! Class folders: `train/CLASS/*.png` and `test/CLASS/*.jpg`, or `CLASS/*.png` alone.

mod errors;
mod listing;
mod names;
mod parts;
pub(crate) mod pictures;
mod search;
mod split;

use std::path::{Path, PathBuf};

use crate::source::decoding::Pictures;
use crate::source::passed_over::PassedOver;
use crate::source::tree::Tree;
use crate::{DataError, ImageRequest, ImageShape, MAX_CLASSES};
pub(crate) use errors::unreadable;
use errors::{
    classes_without_images, number_of_classes, part_without_images, parts_in_place_of_classes,
    unknown_class,
};
use listing::ClassFiles;
pub(crate) use listing::{Entry, Listing, visible_entries};
pub(crate) use names::{is_image_name, is_of_a_system, is_shown};
pub use parts::Part;
pub(crate) use parts::{MIDDLE_NAMES, OTHER_NAMES, Parts, is_part_name};
pub(crate) use search::has_images;
pub(crate) use split::take as take_split;

type Label = u16;
/// A file and the label of its class.
pub(crate) type Labelled = (PathBuf, Label);

/// Finds the pictures of all parts: classes in the order of their names, and the files of a class by their paths in it.
///
/// Returns the pictures and what is passed over. Hidden entries are passed over without being counted. Decoded, an image
/// is rotated by its EXIF orientation, converted to the channels that are asked for and made to fit the size that is
/// asked for, 32x32 if none is. Without a test part, `request.split` takes one.
///
/// # Errors
/// Fewer than 2 or too many classes, a class without training images, a test class that is not a training class, and
/// an empty part.
pub(crate) fn find(
    tree: &Tree,
    path: &Path,
    parts: &Parts,
    request: &ImageRequest,
) -> Result<(Pictures, Vec<PassedOver>), DataError> {
    let mut listing = Listing::new(tree, path, &parts.others);
    let (classes, mut train) = training_files(&mut listing, parts.train.as_deref())?;
    let mut other_part = |part: &Option<String>| {
        let files = part
            .as_deref()
            .map(|part| part_files(&mut listing, part, &classes));
        files.transpose()
    };
    let validation = other_part(&parts.validation)?;
    let test = match (other_part(&parts.test)?, request.split) {
        (Some(test), _) => test,
        (None, Some(asked)) => split::take(path, &mut train, classes.len(), asked)?,
        (None, None) => vec![],
    };

    let pictures = Pictures {
        folder: path.into(),
        classes,
        parts: [Some(train), validation, Some(test)],
        shape: request.shape(ImageShape::CIFAR10),
        resize: request.resize,
    };
    Ok((pictures, listing.finish()))
}

/// The classes of the training part, and its files.
fn training_files(
    listing: &mut Listing<'_>,
    part: Option<&str>,
) -> Result<(Vec<String>, Vec<Labelled>), DataError> {
    let folder = listing.folder(part);
    let classes = listing.class_names(part)?;
    if !(2..=MAX_CLASSES).contains(&classes.len()) {
        return Err(number_of_classes(&folder, &classes));
    }
    if let Some(error) = parts_in_place_of_classes(&folder, &classes) {
        return Err(error);
    }
    let mut files = Vec::new();
    let mut empty = Vec::new();
    for (class, label) in classes.iter().zip(0..=Label::MAX) {
        let found = listing.class_files(part, class)?;
        if found.images.is_empty() {
            empty.push((class.as_str(), found.other_formats));
        }
        files.extend(found.images.into_iter().map(|file| (file, label)));
    }
    if let Some(error) = classes_without_images(&folder, &empty) {
        return Err(error);
    }
    Ok((classes, files))
}

/// The files of a part whose classes are those of the training part, or some of them.
fn part_files(
    listing: &mut Listing<'_>,
    part: &str,
    classes: &[String],
) -> Result<Vec<Labelled>, DataError> {
    let folder = listing.folder(Some(part));
    let mut files = Vec::new();
    let mut other_formats = 0;
    for class in listing.class_names(Some(part))? {
        let Ok(label) = classes.binary_search(&class) else {
            return Err(unknown_class(&folder, &class, classes));
        };
        let ClassFiles {
            images,
            other_formats: others,
        } = listing.class_files(Some(part), &class)?;
        // There are at most as many classes as labels.
        files.extend(images.into_iter().map(|file| (file, label as Label)));
        other_formats += others;
    }
    if files.is_empty() {
        return Err(part_without_images(&folder, other_formats));
    }
    Ok(files)
}

#[cfg(test)]
mod layout_tests;
#[cfg(test)]
pub(crate) mod tests;
