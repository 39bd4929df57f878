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
pub(crate) mod tests {
    use std::sync::Mutex;

    use image::{Rgb, RgbImage};
    use tempfile::TempDir;

    use super::*;
    use crate::SIDE;

    fn plain(colour: [u8; 3]) -> RgbImage {
        RgbImage::from_pixel(32, 32, Rgb(colour))
    }

    /// A folder with two classes, `cat` (red) and `ant` (blue), each with one image per split.
    pub(crate) fn class_folders() -> TempDir {
        let folder = tempfile::tempdir().expect("a new folder");
        for split in ["train", "test"] {
            for (class, colour) in [("cat", [255, 0, 0]), ("ant", [0, 0, 255])] {
                let class = folder.path().join(split).join(class);
                fs::create_dir_all(&class).expect("a new folder");
                plain(colour).save(class.join("a.png")).expect("a new file");
            }
        }
        folder
    }

    fn read_folder(folder: &TempDir) -> Result<ImageSet, String> {
        let here = format!("{}/", folder.path().display());
        read(folder.path(), &|_, _| {}).map_err(|error| error.to_string().replace(&here, ""))
    }

    fn message(folder: &TempDir) -> String {
        read_folder(folder).expect_err("a bad folder")
    }

    #[test]
    fn classes_are_sorted_and_images_planar() {
        let set = read_folder(&class_folders()).expect("good folders");
        assert_eq!(set.classes, ["ant", "cat"]);
        assert_eq!(set.train.labels(), [0, 1]);
        assert_eq!(set.test, set.train);
        let blue = [vec![0; 2 * SIDE * SIDE], vec![255; SIDE * SIDE]].concat();
        assert_eq!(set.train.image(0), blue);
    }

    #[test]
    fn files_are_sorted_and_others_skipped() {
        let folder = class_folders();
        let class = folder.path().join("train/ant");
        plain([9, 9, 9])
            .save(class.join("B.JPG"))
            .expect("a new file");
        plain([7, 7, 7])
            .save(class.join("10.jpeg"))
            .expect("a new file");
        for name in [".hidden.png", "notes.txt", "Thumbs.db"] {
            fs::write(class.join(name), "no image").expect("a new file");
        }
        fs::create_dir(folder.path().join("train/.cache")).expect("a new folder");
        fs::write(folder.path().join("train/readme"), "").expect("a new file");
        let set = read_folder(&folder).expect("good folders");
        assert_eq!(set.train.labels(), [0, 0, 0, 1]);
        let firsts = (0..3).map(|index| set.train.image(index)[0]);
        assert_eq!(firsts.collect::<Vec<_>>(), [7, 9, 0]);
    }

    #[test]
    fn a_file_that_is_no_image_is_named() {
        let folder = class_folders();
        let files = ["test/cat/b.png", "test/cat/c.png"];
        for file in files {
            fs::write(folder.path().join(file), "plain text").expect("a new file");
        }
        let expected = "test/cat/b.png: expected a PNG or JPEG image, found ";
        let error = message(&folder);
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn one_class_is_too_few() {
        let folder = class_folders();
        fs::remove_dir_all(folder.path().join("train/cat")).expect("a folder");
        assert_eq!(
            message(&folder),
            "train: expected 2 to 256 class folders, found 1"
        );
    }

    #[test]
    fn a_test_class_that_train_lacks_is_an_error() {
        let folder = class_folders();
        fs::create_dir(folder.path().join("test/dog")).expect("a new folder");
        let expected = "test/dog: expected a class that the training split has, found another";
        assert_eq!(message(&folder), expected);
    }

    #[test]
    fn classes_and_splits_without_images_are_errors() {
        let folder = class_folders();
        let images = "expected at least one .png, .jpg or .jpeg image, found none";
        fs::remove_file(folder.path().join("test/cat/a.png")).expect("a file");
        assert!(read_folder(&folder).is_ok(), "one test class may be empty");
        fs::remove_file(folder.path().join("test/ant/a.png")).expect("a file");
        assert_eq!(message(&folder), format!("test: {images}"));
        fs::remove_file(folder.path().join("train/cat/a.png")).expect("a file");
        assert_eq!(message(&folder), format!("train/cat: {images}"));
        let folder = class_folders();
        fs::remove_dir_all(folder.path().join("test")).expect("a folder");
        assert_eq!(message(&folder), "test: no such file or folder");
    }

    #[test]
    fn progress_counts_every_image_from_none_to_the_last() {
        let folder = class_folders();
        let seen = Mutex::new(Vec::new());
        let progress = |done: usize, total: usize| {
            assert_eq!(total, 4);
            seen.lock().expect("no thread panicked").push(done);
        };
        read(folder.path(), &progress).expect("good folders");
        let mut seen = seen.into_inner().expect("no thread panicked");
        assert_eq!(seen[0], 0);
        // Threads may report in any order.
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2, 3, 4]);
    }
}
