//! Class folders: `train/CLASS/*.png` and `test/CLASS/*.jpg`.

mod listing;
mod names;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::image_file::decode;
use crate::passed_over::PassedOver;
use crate::{DataError, ImageSet, ImageShape, Images};
use listing::{ClassFiles, Listing};
pub(crate) use names::{TEST_NAMES, is_image_name, is_of_a_system};

/// Labels are one byte.
const MAX_CLASSES: usize = 256;
/// The most files that an error names.
const MAX_NAMED: usize = 10;

/// Reads both splits: classes in the order of their names, and the files of a class by theirs.
///
/// Returns the images and what is passed over. Hidden entries are passed over without being counted. An image is
/// rotated by its EXIF orientation, converted to RGB and, if it has another size, resized to 32x32 (triangle
/// filter, aspect ratio not kept). `progress` receives the number of images decoded so far and their total
/// number; several threads call it.
///
/// # Errors
/// Fewer than 2 or more than 256 classes, a class without training images, a test class that is
/// not a training class, an empty test split, and files that cannot be decoded: all of them in one error.
pub(crate) fn read(
    path: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(ImageSet, Vec<PassedOver>), DataError> {
    let mut listing = Listing::new(path)?;
    let folder = path.join("train");
    let classes = listing.class_names("train")?;
    if !(2..=MAX_CLASSES).contains(&classes.len()) {
        let expected = format!("2 to {MAX_CLASSES} class folders");
        let found = classes.len().to_string();
        return Err(DataError::format(&folder, expected, found));
    }
    let mut train = Vec::new();
    for (class, label) in classes.iter().zip(0..=u8::MAX) {
        let found = listing.class_files("train", class)?;
        if found.images.is_empty() {
            return Err(no_images(&folder.join(class), &found));
        }
        train.extend(found.images.into_iter().map(|file| (file, label)));
    }

    let folder = path.join("test");
    let mut test = Vec::new();
    let mut others = ClassFiles::default();
    for class in listing.class_names("test")? {
        let known = classes
            .iter()
            .zip(0..=u8::MAX)
            .find(|(name, _)| **name == class);
        let Some((_, label)) = known else {
            let expected = "a class that the training split has";
            return Err(DataError::format(&folder.join(&class), expected, "another"));
        };
        let mut found = listing.class_files("test", &class)?;
        let images = std::mem::take(&mut found.images);
        test.extend(images.into_iter().map(|file| (file, label)));
        others.add(&found);
    }
    if test.is_empty() {
        return Err(no_images(&folder, &others));
    }

    let (done, total) = (AtomicUsize::new(0), train.len() + test.len());
    progress(0, total);
    let one_more = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let (train, mut broken) = decode_all(&train, &one_more);
    let (test, more) = decode_all(&test, &one_more);
    broken.extend(more);
    if let Some(error) = unreadable(path, total, broken) {
        return Err(error);
    }
    let set = ImageSet {
        train,
        test,
        classes,
    };
    Ok((set, listing.finish()))
}

/// The error for a folder without images, with a way out if it has images that are not read.
fn no_images(folder: &Path, found: &ClassFiles) -> DataError {
    let expected = "at least one .png, .jpg or .jpeg image";
    let error = |found: &str| DataError::format(folder, expected, found);
    if found.other_formats > 0 {
        error("images of other formats only").hinted(
            "convert them to PNG or JPEG, for example with: magick mogrify -format png FILES",
        )
    } else if found.subfolders > 0 {
        error("subfolders only").hinted("move the images into the folder of their class itself")
    } else {
        error("none")
    }
}

/// The error for files that cannot be decoded; `None` if there are none. `images` is the number of all files.
fn unreadable(
    path: &Path,
    images: usize,
    mut broken: Vec<(PathBuf, DataError)>,
) -> Option<DataError> {
    if broken.len() < 2 {
        return broken.pop().map(|(_, error)| error);
    }
    let first = broken.iter().take(MAX_NAMED).map(|(file, error)| {
        let file = file.strip_prefix(path).unwrap_or(file);
        (file.to_owned(), error.found())
    });
    Some(DataError::Images {
        path: path.into(),
        images,
        count: broken.len(),
        first: first.collect(),
    })
}

/// Decodes every file directly into the shared buffer, so that no image is held twice. Returns the images, and
/// the files that cannot be decoded in their order.
fn decode_all(
    files: &[(PathBuf, u8)],
    one_more: &(dyn Fn() + Sync),
) -> (Images, Vec<(PathBuf, DataError)>) {
    let mut pixels = vec![0; files.len() * ImageShape::CIFAR10.values()];
    let slots = pixels.par_chunks_exact_mut(ImageShape::CIFAR10.values());
    let broken = files.par_iter().zip(slots).filter_map(|((path, _), slot)| {
        let result = decode(path, slot);
        one_more();
        result.err().map(|error| (path.clone(), error))
    });
    let broken = broken.collect();
    let labels = files.iter().map(|&(_, label)| label.into()).collect();
    (
        Images::from_parts(ImageShape::CIFAR10, pixels, labels),
        broken,
    )
}

#[cfg(test)]
pub(crate) mod tests;
