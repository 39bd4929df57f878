//! Folders as people have them: other names, subfolders, no test part.

use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};
use tempfile::TempDir;

use super::tests::class_folders;
use crate::{DataError, Fit, ImageRequest, OpenedSource, Resize, TestSplit, open};

pub(super) fn opened(path: &Path, request: ImageRequest) -> Result<OpenedSource, DataError> {
    open(path, &request, &|_, _| {})
}

pub(super) fn read(path: &Path) -> OpenedSource {
    opened(path, ImageRequest::default()).expect("a good set")
}

/// Writes pictures of different colours, as many as are given, into the folder of a class.
pub(super) fn class(folder: &Path, count: u8, blue: u8) {
    fs::create_dir_all(folder).expect("a new folder");
    for index in 0..count {
        RgbImage::from_pixel(32, 32, Rgb([index, 0, blue]))
            .save(folder.join(format!("{index:03}.png")))
            .expect("a new file");
    }
}

/// Class folders whose parts have other names.
pub(super) fn with_names(train: &str, others: &[(&str, u8)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a new folder");
    for (part, count) in [(train, 4)].iter().chain(others) {
        for name in ["ant", "cat"] {
            class(&folder.path().join(part).join(name), *count, 7);
        }
    }
    folder
}

#[test]
fn pictures_in_subfolders_belong_to_their_class() {
    let folder = with_names("train", &[("test", 1)]);
    let class_folder = folder.path().join("train/ant");
    class(&class_folder.join("b/deep"), 2, 99);
    class(&class_folder.join("@eaDir"), 1, 1);
    class(&class_folder.join(".hidden"), 1, 1);
    let opened = read(folder.path());
    assert_eq!(opened.images.train.class_counts(2), [6, 4]);
    let blue = opened.images.train.image(4)[2 * 1024];
    assert_eq!(blue, 99, "sorted by the path within the class");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_back_is_an_error() {
    let folder = with_names("train", &[("test", 1)]);
    let class = folder.path().join("train/ant");
    std::os::unix::fs::symlink(&class, class.join("again")).expect("a new link");
    let error = opened(folder.path(), ImageRequest::default()).expect_err("a loop");
    let expected = "expected at most 16 levels of subfolders, found more";
    assert!(error.to_string().ends_with(expected), "{error}");
}

#[test]
fn a_set_one_folder_down_is_read() {
    let folder = tempfile::tempdir().expect("a new folder");
    let inner = class_folders();
    let direct = read(inner.path());
    fs::rename(inner.path(), folder.path().join("pets")).expect("a folder");
    fs::write(folder.path().join("readme.txt"), "").expect("a new file");
    fs::create_dir(folder.path().join("__MACOSX")).expect("a new folder");
    let opened = read(folder.path());
    assert_eq!(opened.within.as_deref(), Some("pets"));
    assert_eq!(opened.images, direct.images);
}

#[test]
fn nothing_asked_squashes_to_the_size_of_cifar10() {
    let folder = class_folders();
    let opened = read(folder.path());
    assert_eq!(opened.fit, Fit::Default(Resize::Squash));
    assert_eq!(opened.shape.dims(), [3, 32, 32]);
    let asked = ImageRequest {
        size: Some([32, 32]),
        resize: Resize::Crop,
        ..ImageRequest::default()
    };
    let opened = super::layout_tests::opened(folder.path(), asked).expect("a good set");
    assert_eq!(opened.fit, Fit::Asked(Resize::Crop));
}

/// As in sets of competitions, whose test images have no labels.
#[test]
fn test_images_without_classes_are_named() {
    let folder = class_folders();
    fs::remove_dir_all(folder.path().join("test")).expect("the test part");
    let test = folder.path().join("test");
    fs::create_dir(&test).expect("a new folder");
    let picture = RgbImage::from_pixel(2, 2, Rgb([1, 2, 3]));
    picture.save(test.join("1.png")).expect("a new picture");
    let error = opened(folder.path(), ImageRequest::default()).expect_err("no classes");
    let DataError::Format { found, hint, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(found, "images without class folders");
    assert!(hint.is_some_and(|hint| hint.contains("split = 0.2")));
}

/// Else its parts would be taken for classes.
#[test]
fn a_bad_set_one_folder_down_is_refused_as_it_is() {
    let folder = with_names("pets/train", &[("pets/Train", 1), ("pets/test", 1)]);
    let asked = ImageRequest {
        split: Some(TestSplit {
            share: 0.5,
            seed: 1,
        }),
        ..ImageRequest::default()
    };
    let refused = |request: &ImageRequest| {
        let error = opened(folder.path(), request.clone()).expect_err("a bad set");
        error.to_string()
    };
    let found = "pets: expected one folder train, found Train and train";
    assert!(refused(&asked).ends_with(found), "{}", refused(&asked));
    fs::remove_dir_all(folder.path().join("pets/Train")).expect("a folder");
    fs::remove_dir_all(folder.path().join("pets/train/ant")).expect("a folder");
    let found = "pets/train: expected 2 to 65536 class folders, found 1";
    assert!(refused(&asked).ends_with(found), "{}", refused(&asked));
}
