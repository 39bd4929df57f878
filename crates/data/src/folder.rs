//! Class folders: `train/CLASS/*.png` and `test/CLASS/*.jpg`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::image_file::decode;
use crate::{DataError, IMAGE_BYTES, ImageSet, Images};

const EXTENSIONS: [&str; 3] = ["png", "jpg", "jpeg"];
/// Labels are one byte.
const MAX_CLASSES: usize = 256;

/// Reads both splits: classes in the order of their names, and the files of a class by theirs.
///
/// Hidden entries and files with other extensions are skipped. An image is rotated by its EXIF
/// orientation, converted to RGB and, if it has another size, resized to 32x32 (triangle filter,
/// aspect ratio not kept). `progress` receives the number of images decoded so far and their total
/// number; several threads call it.
///
/// # Errors
/// Fewer than 2 or more than 256 classes, a class without training images, a test class that is
/// not a training class, an empty test split, and a file that cannot be decoded.
pub(crate) fn read(
    path: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<ImageSet, DataError> {
    let folder = path.join("train");
    let classes = class_names(&folder)?;
    if !(2..=MAX_CLASSES).contains(&classes.len()) {
        let expected = format!("2 to {MAX_CLASSES} class folders");
        let found = classes.len().to_string();
        return Err(DataError::format(&folder, expected, found));
    }
    let mut train = Vec::new();
    for (class, label) in classes.iter().zip(0..=u8::MAX) {
        let folder = folder.join(class);
        let files = image_files(&folder)?;
        if files.is_empty() {
            return Err(no_images(&folder));
        }
        train.extend(files.into_iter().map(|file| (file, label)));
    }

    let folder = path.join("test");
    let mut test = Vec::new();
    for class in class_names(&folder)? {
        let folder = folder.join(&class);
        let known = classes
            .iter()
            .zip(0..=u8::MAX)
            .find(|(name, _)| **name == class);
        let Some((_, label)) = known else {
            let expected = "a class that the training split has";
            return Err(DataError::format(&folder, expected, "another"));
        };
        test.extend(image_files(&folder)?.into_iter().map(|file| (file, label)));
    }
    if test.is_empty() {
        return Err(no_images(&folder));
    }

    let (done, total) = (AtomicUsize::new(0), train.len() + test.len());
    progress(0, total);
    let one_more = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    Ok(ImageSet {
        train: decode_all(&train, &one_more)?,
        test: decode_all(&test, &one_more)?,
        classes,
    })
}

fn no_images(folder: &Path) -> DataError {
    DataError::format(folder, "at least one .png, .jpg or .jpeg image", "none")
}

/// The names of a split's subfolders, sorted.
fn class_names(folder: &Path) -> Result<Vec<String>, DataError> {
    let mut names = Vec::new();
    for path in visible_entries(folder)? {
        if path.is_dir() {
            match path.file_name().and_then(|name| name.to_str()) {
                Some(name) => names.push(name.to_owned()),
                None => {
                    return Err(DataError::format(
                        &path,
                        "a name in UTF-8",
                        "another encoding",
                    ));
                }
            }
        }
    }
    names.sort();
    Ok(names)
}

/// The image files of a class, sorted by name.
fn image_files(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut files = visible_entries(folder)?;
    files.retain(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| {
            let known = EXTENSIONS.iter();
            known
                .into_iter()
                .any(|other| extension.eq_ignore_ascii_case(other))
        })
    });
    files.sort();
    Ok(files)
}

fn visible_entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(DataError::io(folder))? {
        let entry = entry.map_err(DataError::io(folder))?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

/// Decodes every file directly into the shared buffer, so that no image is held twice.
fn decode_all(files: &[(PathBuf, u8)], one_more: &(dyn Fn() + Sync)) -> Result<Images, DataError> {
    let mut pixels = vec![0; files.len() * IMAGE_BYTES];
    let slots = pixels.par_chunks_exact_mut(IMAGE_BYTES);
    // Reports the first failure in the order of the files, whichever thread finishes first.
    let failure = files
        .par_iter()
        .zip(slots)
        .find_map_first(|((path, _), slot)| {
            let result = decode(path, slot);
            one_more();
            result.err()
        });
    match failure {
        Some(failure) => Err(failure),
        None => {
            let labels = files.iter().map(|&(_, label)| label).collect();
            Ok(Images::from_parts(pixels, labels))
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
