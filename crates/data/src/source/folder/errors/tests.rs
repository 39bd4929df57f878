use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::super::layout_tests::{class, opened};
use super::super::tests::class_folders;
use crate::{DataError, ImageRequest, TestSplit};

/// The error and the hint for a folder, without the path that leads to it.
fn refused(folder: &TempDir, request: ImageRequest) -> (String, String) {
    let error = opened(folder.path(), request).expect_err("a bad folder");
    let here = |text: &str| text.replace(&format!("{}/", folder.path().display()), "");
    let hint = match &error {
        DataError::Format { hint, .. } => hint.clone().expect("a way out"),
        _ => String::new(),
    };
    (here(&error.to_string()), here(&hint))
}

fn as_it_is(folder: &TempDir) -> (String, String) {
    refused(folder, ImageRequest::default())
}

fn with_split(folder: &TempDir) -> (String, String) {
    let split = Some(TestSplit {
        share: 0.5,
        seed: 1,
    });
    let request = ImageRequest {
        split,
        ..ImageRequest::default()
    };
    refused(folder, request)
}

fn remove(folder: &TempDir, path: &str) {
    let path = folder.path().join(path);
    let is_folder = path.is_dir();
    let removed = if is_folder {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    removed.expect("a file or folder");
}

#[test]
fn a_single_class_needs_another_one() {
    let folder = class_folders();
    remove(&folder, "train/cat");
    let hint = "a network tells at least two classes apart: add the folder of another one next to train/ant";
    assert_eq!(as_it_is(&folder).1, hint);
}

#[test]
fn classes_one_level_too_deep_are_moved_up() {
    let folder = class_folders();
    fs::rename(folder.path().join("train"), folder.path().join("images")).expect("a folder");
    fs::create_dir(folder.path().join("train")).expect("a new folder");
    let deep = folder.path().join("train/images");
    fs::rename(folder.path().join("images"), &deep).expect("a folder");
    let (error, hint) = as_it_is(&folder);
    assert_eq!(error, "train: expected 2 to 65536 class folders, found 1");
    let train = folder.path().join("train");
    let train = train.display().to_string();
    assert_eq!(
        hint.replace(&train, "train"),
        "if the folders in train/images are the classes, move them up: mv train/images/* train && rmdir train/images"
    );
    // The way out leads out.
    let commands = format!("mv {train}/images/* {train} && rmdir {train}/images");
    let shell = std::process::Command::new("sh")
        .args(["-c", &commands])
        .status();
    assert!(shell.expect("a shell").success());
    assert!(opened(folder.path(), ImageRequest::default()).is_ok());
}

#[test]
fn a_training_part_without_folders_needs_some() {
    let folder = class_folders();
    remove(&folder, "train/ant");
    remove(&folder, "train/cat");
    let (error, hint) = as_it_is(&folder);
    assert_eq!(error, "train: expected 2 to 65536 class folders, found 0");
    assert_eq!(
        hint,
        "put the pictures of each class into a folder of its own, such as train/CLASS"
    );
}

#[test]
fn classes_without_pictures_are_named_together() {
    let folder = class_folders();
    remove(&folder, "train/cat/a.png");
    let (error, hint) = as_it_is(&folder);
    assert!(
        error.starts_with("train/cat: expected at least one image"),
        "{error}"
    );
    assert!(
        hint.starts_with("add pictures, or move this folder away"),
        "{hint}"
    );

    for name in 10..22 {
        let class = folder.path().join(format!("train/{name}"));
        fs::create_dir(class).expect("a new folder");
    }
    let (error, hint) = as_it_is(&folder);
    assert_eq!(
        error,
        "train: expected images in the folder of every class, found none in 13 folders: \
         10, 11, 12, 13, 14, 15, 16, 17, 18, 19, …"
    );
    assert!(
        hint.starts_with("add pictures, or move these folders away"),
        "{hint}"
    );
}

#[test]
fn classes_of_other_formats_only_are_converted() {
    let folder = class_folders();
    for name in ["ant", "cat"] {
        let class = folder.path().join("train").join(name);
        fs::rename(class.join("a.png"), class.join("a.heic")).expect("a file");
    }
    let (error, hint) = as_it_is(&folder);
    assert!(
        error.ends_with("found none in 2 folders: ant, cat"),
        "{error}"
    );
    assert!(hint.contains("magick mogrify"), "{hint}");
}

#[test]
fn a_part_without_pictures_can_be_replaced_by_a_split() {
    let folder = tempfile::tempdir().expect("a new folder");
    for name in ["ant", "bee"] {
        class(&folder.path().join("train").join(name), 2, 7);
    }
    let test = folder.path().join("test");
    fs::create_dir(&test).expect("a new folder");
    let (error, hint) = as_it_is(&folder);
    assert!(
        error.starts_with("test: expected at least one image"),
        "{error}"
    );
    assert!(
        hint.starts_with("add pictures of the classes, or move this folder away"),
        "{hint}"
    );
    assert!(hint.contains("split = 0.2 under [data]"), "{hint}");
    // A split does not help as long as the folder is there.
    assert_eq!(with_split(&folder).0, error);
    fs::remove_dir(&test).expect("the folder");
    let split = ImageRequest {
        split: Some(TestSplit {
            share: 0.5,
            seed: 1,
        }),
        ..ImageRequest::default()
    };
    assert!(opened(folder.path(), split).is_ok());
}

#[test]
fn a_class_in_other_capitals_is_renamed() {
    let folder = class_folders();
    fs::rename(
        folder.path().join("test/cat"),
        folder.path().join("test/Cat"),
    )
    .expect("a folder");
    let (error, hint) = as_it_is(&folder);
    assert_eq!(
        error,
        "test/Cat: expected a class that the training split has, found another"
    );
    let expected = "give both folders the same name, also in capitals: mv test/Cat test/cat";
    assert_eq!(hint, expected);
    fs::rename(
        folder.path().join("test/Cat"),
        folder.path().join("test/my dog"),
    )
    .expect("a folder");
    let expected = "give it the name of its class for training, add training images of 'my dog', or move the folder away";
    assert_eq!(as_it_is(&folder).1, expected);
}

#[cfg(target_os = "linux")]
#[test]
fn a_class_whose_name_is_not_utf8_is_renamed() {
    use std::os::unix::ffi::OsStrExt;
    let folder = class_folders();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    class(&folder.path().join("train").join(name), 1, 7);
    let (error, hint) = as_it_is(&folder);
    assert!(
        error.ends_with("expected a name in UTF-8, found another encoding"),
        "{error}"
    );
    assert_eq!(hint, "rename the folder; it is the name of a class");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_a_broken_picture() {
    let folder = class_folders();
    let link = |name: &str| {
        let path = folder.path().join("train/cat").join(name);
        std::os::unix::fs::symlink(Path::new("nowhere.png"), path).expect("a new link");
    };
    link("b.png");
    assert_eq!(
        as_it_is(&folder).0,
        "train/cat/b.png: expected an image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM), found a link that leads nowhere"
    );
    link("c.png");
    let (error, _) = as_it_is(&folder);
    let words = "found 2 that cannot be read: train/cat/b.png (a link that leads nowhere), train/cat/c.png (";
    assert!(error.contains(words), "{error}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_a_broken_picture() {
    let folder = class_folders();
    let socket = folder.path().join("train/cat/b.png");
    let _listener = std::os::unix::net::UnixListener::bind(socket).expect("a new socket");
    let (error, _) = as_it_is(&folder);
    assert!(error.ends_with("found a pipe or a device"), "{error}");
    assert!(
        error.starts_with("train/cat/b.png: expected an image"),
        "{error}"
    );
}

#[test]
fn a_test_part_whose_classes_lie_too_deep_is_moved_up() {
    let folder = class_folders();
    fs::create_dir(folder.path().join("test/images")).expect("a new folder");
    for name in ["ant", "cat"] {
        let to = folder.path().join("test/images").join(name);
        fs::rename(folder.path().join("test").join(name), to).expect("a folder");
    }
    let (error, hint) = as_it_is(&folder);
    assert!(
        error.starts_with("test/images: expected a class"),
        "{error}"
    );
    assert!(
        hint.starts_with("if the folders in test/images are the classes, move them up: mv "),
        "{hint}"
    );
}

/// As two archives leave them that were unpacked into folders of their names.
#[test]
fn parts_within_a_part_are_no_classes() {
    let folder = tempfile::tempdir().expect("a new folder");
    for part in ["train", "test"] {
        class(&folder.path().join("train").join(part).join("ant"), 2, 7);
        class(&folder.path().join("train").join(part).join("bee"), 2, 7);
    }
    let (error, hint) = with_split(&folder);
    assert_eq!(
        error,
        "train: expected class folders, found folders named as parts of a set: test, train"
    );
    assert!(
        hint.starts_with("give the folder that holds these parts: --data "),
        "{hint}"
    );
    assert!(opened(&folder.path().join("train"), ImageRequest::default()).is_ok());
}
