use std::fs;
use std::sync::Mutex;

use image::{Rgb, RgbImage};
use tempfile::TempDir;

use super::*;
use crate::ImageSet;
use crate::source::decoding::InMemory;

const SIDE: usize = crate::ImageShape::CIFAR10.height;

fn plain(colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(32, 32, Rgb(colour))
}

/// A PNG file of this colour.
pub(crate) fn png(colour: [u8; 3]) -> Vec<u8> {
    let mut file = std::io::Cursor::new(vec![]);
    let written = plain(colour).write_to(&mut file, image::ImageFormat::Png);
    written.expect("memory");
    file.into_inner()
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
    read_all(folder.path())
        .map(|(images, _)| images)
        .map_err(|error| error.to_string().replace(&here, ""))
}

/// Reads the parts of a folder without asking for anything.
fn read_all(path: &Path) -> Result<(ImageSet, Vec<PassedOver>), DataError> {
    let parts = Parts::find(&Tree::Disk, path)?.expect("a training part");
    read(path, &parts, &|_, _| {})
}

/// Finds and decodes these parts.
fn read(
    path: &Path,
    parts: &Parts,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<(ImageSet, Vec<PassedOver>), DataError> {
    let request = ImageRequest::default();
    let (pictures, passed_over) = find(&Tree::Disk, path, parts, &request)?;
    let mut memory = InMemory::new(&pictures)?;
    pictures.decode(&Tree::Disk, &mut memory, progress)?;
    Ok((memory.into_set(pictures), passed_over))
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
    fs::write(folder.path().join("test/cat/b.png"), "plain text").expect("a new file");
    let expected =
        "test/cat/b.png: expected an image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM), found ";
    let error = message(&folder);
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn all_files_that_are_no_images_are_named_in_their_order() {
    let folder = class_folders();
    for (file, bytes) in [
        ("train/cat/b.png", &b""[..]),
        ("test/ant/b.jpg", b"8BPS"),
        ("train/cat/c.JPE", b"\xff\xd8\xff\xe0\0\x10"),
    ] {
        fs::write(folder.path().join(file), bytes).expect("a new file");
    }
    let error = read_all(folder.path()).expect_err("three bad files");
    let here = folder.path().display().to_string();
    assert_eq!(
        error.to_string().replace(&here, "."),
        ".: expected 7 images, found 3 that cannot be read: train/cat/b.png (an empty file), \
         train/cat/c.JPE (a JPEG that ends early), test/ant/b.jpg (a Photoshop image)"
    );
}

#[test]
fn of_many_bad_files_ten_are_named_and_the_others_counted() {
    let folder = class_folders();
    for index in 10..35 {
        let file = folder.path().join(format!("train/ant/{index}.png"));
        fs::write(file, "").expect("a new file");
    }
    let error = message(&folder);
    assert!(
        error.contains("found 25 that cannot be read: train/ant/10.png"),
        "{error}"
    );
    assert!(
        error.ends_with("train/ant/19.png (an empty file) and 15 more"),
        "{error}"
    );
}

#[test]
fn what_is_not_read_is_counted_by_its_reason() {
    let folder = class_folders();
    for file in [
        "train/cat/b.avif",
        "train/cat/a.PSD",
        "test/ant/c.avif",
        "train/e.jpg",
        "train/cat/notes.txt",
        "dev/cat/f.png",
        "train/cat/.hidden.avif",
        "train/cat/Thumbs.db",
        "train/cat/@eaDir/a.jpg",
        "train/desktop.ini",
    ] {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(path, "").expect("a new file");
    }
    let (images, passed_over) = read_all(folder.path()).expect("good folders");
    assert_eq!((images.train.len(), images.test.len()), (2, 2));
    let found: Vec<_> = passed_over
        .iter()
        .map(|item| (item.what(), &item.example[..]))
        .collect();
    let expected = [
        (
            "3 pictures of other formats (.avif, .psd)",
            "test/ant/c.avif",
        ),
        ("1 picture without a class", "train/e.jpg"),
        ("1 other folder of pictures", "dev"),
        ("1 other file", "train/cat/notes.txt"),
    ];
    assert_eq!(
        found,
        expected.map(|(what, example)| (what.to_owned(), example))
    );
}

#[test]
fn jpegs_by_their_rarer_names_are_read() {
    let folder = class_folders();
    for name in ["b.jfif", "c.JPE"] {
        let path = folder.path().join("train/ant").join(name);
        plain([1, 2, 3])
            .save_with_format(path, image::ImageFormat::Jpeg)
            .expect("a new file");
    }
    let (images, passed_over) = read_all(folder.path()).expect("good folders");
    assert_eq!(images.train.labels(), [0, 0, 0, 1]);
    assert_eq!(passed_over, []);
}

#[test]
fn a_folder_that_a_system_made_is_no_class() {
    for name in ["__MACOSX", "@eaDir"] {
        let folder = class_folders();
        fs::create_dir(folder.path().join("train").join(name)).expect("a new folder");
        let (set, _) = read_all(folder.path()).expect("a good set");
        assert!(!set.classes.contains(&name.to_owned()));
    }
}

#[test]
fn a_class_of_images_that_are_not_read_says_so() {
    let folder = class_folders();
    let (from, to) = (
        folder.path().join("train/cat/a.png"),
        folder.path().join("train/cat/a.heic"),
    );
    fs::rename(from, to).expect("a file");
    assert!(message(&folder).ends_with("found images of other formats only"));
}

#[test]
fn one_class_is_too_few() {
    let folder = class_folders();
    fs::remove_dir_all(folder.path().join("train/cat")).expect("a folder");
    assert_eq!(
        message(&folder),
        "train: expected 2 to 65536 class folders, found 1"
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
    let images = "expected at least one image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM), found none";
    fs::remove_file(folder.path().join("test/cat/a.png")).expect("a file");
    assert!(read_folder(&folder).is_ok(), "one test class may be empty");
    fs::remove_file(folder.path().join("test/ant/a.png")).expect("a file");
    assert_eq!(message(&folder), format!("test: {images}"));
    fs::remove_file(folder.path().join("train/cat/a.png")).expect("a file");
    assert_eq!(message(&folder), format!("train/cat: {images}"));
}

#[test]
fn progress_counts_every_image_from_none_to_the_last() {
    let folder = class_folders();
    let seen = Mutex::new(Vec::new());
    let progress = |done: usize, total: usize| {
        assert_eq!(total, 4);
        seen.lock().expect("no thread panicked").push(done);
    };
    let parts = Parts::find(&Tree::Disk, folder.path()).expect("a folder");
    read(folder.path(), &parts.expect("parts"), &progress).expect("good folders");
    let mut seen = seen.into_inner().expect("no thread panicked");
    assert_eq!(seen[0], 0);
    // Threads may report in any order.
    seen.sort_unstable();
    assert_eq!(seen, [0, 1, 2, 3, 4]);
}

#[test]
fn a_split_without_class_folders_is_an_error() {
    let folder = tempfile::tempdir().expect("a new folder");
    fs::create_dir(folder.path().join("train")).expect("a new folder");
    assert_eq!(
        message(&folder),
        "train: expected 2 to 65536 class folders, found 0"
    );
}

#[test]
fn three_hundred_classes_keep_their_labels() {
    let folder = class_folders();
    for class in 0..298 {
        let class = folder.path().join(format!("train/b{class:03}"));
        fs::create_dir(&class).expect("a new folder");
        plain([9, 9, 9])
            .save(class.join("a.png"))
            .expect("a new file");
    }
    let set = read_folder(&folder).expect("good folders");
    assert_eq!(set.classes.len(), 300);
    assert_eq!(set.test.labels(), [0, 299]);
    assert!(set.train.labels().iter().copied().eq(0..300));
}

#[test]
fn a_class_missing_from_the_test_split_keeps_its_label() {
    let folder = class_folders();
    fs::remove_dir_all(folder.path().join("test/ant")).expect("a folder");
    let set = read_folder(&folder).expect("good folders");
    assert_eq!(set.classes, ["ant", "cat"]);
    assert_eq!(set.test.labels(), [1]);
}

#[test]
fn reading_twice_gives_one_fingerprint() {
    let folder = class_folders();
    let fingerprint = || read_folder(&folder).expect("good folders").fingerprint();
    assert_eq!(fingerprint(), fingerprint());
}
