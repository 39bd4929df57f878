use std::fs;
use std::path::PathBuf;

use image::{Rgb, RgbImage};
use tempfile::TempDir;

use crate::source::archive::tests::zip;
use crate::{Fit, ImageRequest, Layout, OpenedSource, open};

/// A picture in one colour, as PNG: the decoder goes by the content.
fn picture(red: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    let image = RgbImage::from_pixel(64, 64, Rgb([red, 0, 0]));
    image
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

/// A set of two classes, whose WNIDs are not sorted in `wnids.txt`.
fn files() -> Vec<(String, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let mut files = vec![
        ("wnids.txt".into(), text("n02\nn01\n")),
        (
            "words.txt".into(),
            text("n00\tother\nn01\tgoldfish, Carassius auratus\nn02\tcat, house cat\n"),
        ),
        (
            "val/val_annotations.txt".into(),
            text("val_1.JPEG\tn02\t0\t0\t62\t63\nval_0.JPEG\tn01\t3\t4\t9\t9\n"),
        ),
        (
            "train/n01/n01_boxes.txt".into(),
            text("n01_0.JPEG\t0\t0\t1\t1\n"),
        ),
    ];
    for (name, red) in [
        ("train/n01/images/n01_0.JPEG", 10),
        ("train/n01/images/n01_1.JPEG", 11),
        ("train/n02/images/n02_0.JPEG", 20),
        ("val/images/val_0.JPEG", 30),
        ("val/images/val_1.JPEG", 31),
        ("test/images/test_0.JPEG", 40),
    ] {
        files.push((name.into(), picture(red)));
    }
    files
}

fn written(files: &[(String, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a new folder");
    for (name, bytes) in files {
        let path = folder.path().join("tiny-imagenet-200").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("new folders");
        fs::write(path, bytes).expect("a new file");
    }
    folder
}

fn opened(path: PathBuf) -> Result<OpenedSource, String> {
    let here = format!("{}/", path.display());
    open(&path, &ImageRequest::default(), &|_, _| {})
        .map_err(|error| error.to_string().replace(&here, ""))
}

#[test]
fn a_folder_and_its_archive_hold_the_same_set() {
    let folder = written(&files());
    let archive = folder.path().join("set.zip");
    let inside: Vec<(String, Vec<u8>)> = files()
        .into_iter()
        .map(|(name, bytes)| (format!("tiny-imagenet-200/{name}"), bytes))
        .collect();
    let unpacked = opened(folder.path().join("tiny-imagenet-200")).expect("a good set");
    fs::write(&archive, zip(&inside)).expect("a new file");
    let packed = opened(archive).expect("a good set");
    assert_eq!(packed.images, unpacked.images);
    assert_eq!(packed.layout, Layout::TinyImageNet);
    assert_eq!(packed.layout_name(), "Tiny ImageNet in an archive");
    let images = unpacked.images;
    assert_eq!(unpacked.fit, Fit::Own);
    assert_eq!(images.train.shape().dims(), [3, 64, 64]);
    assert_eq!(images.classes, ["goldfish", "cat"]);
    let reds = |images: &crate::Images| -> Vec<(u8, u16)> {
        let all = 0..images.len();
        all.map(|index| (images.image(index)[0], images.labels()[index]))
            .collect()
    };
    assert_eq!(reds(&images.train), [(10, 0), (11, 0), (20, 1)]);
    assert_eq!(reds(&images.test), [(31, 1), (30, 0)]);
    let not_read: Vec<String> = unpacked
        .passed_over
        .iter()
        .map(crate::PassedOver::what)
        .collect();
    assert_eq!(not_read, ["1 other folder of pictures", "1 other file"]);
}

/// Scripts that sort `val` leave the images of `test`, which have no labels, where they are.
#[test]
fn a_set_whose_test_images_were_sorted_is_read_as_class_folders() {
    let mut sorted = files();
    for (name, _) in &mut sorted {
        *name = match name.as_str() {
            "val/images/val_0.JPEG" => "val/n01/val_0.JPEG".into(),
            "val/images/val_1.JPEG" => "val/n02/images/val_1.JPEG".into(),
            other => other.into(),
        };
    }
    let folder = written(&sorted);
    let archive = folder.path().join("set.zip");
    fs::write(&archive, zip(&sorted)).expect("a new file");
    for path in [folder.path().join("tiny-imagenet-200"), archive] {
        let set = opened(path).expect("a good set");
        assert_eq!(set.layout, Layout::ClassFolders);
        assert_eq!(set.images.classes, ["n01", "n02"]);
        assert_eq!(set.images.train.labels(), [0, 0, 1]);
        assert_eq!(set.images.test.labels(), [0, 1]);
        assert_eq!(set.images.validation, None);
        let mut not_read = set.passed_over.iter().map(crate::PassedOver::what);
        assert!(
            not_read.any(|what| what.contains("folder")),
            "test is named"
        );
    }
}

#[test]
fn damaged_sets_are_refused() {
    let with = |name: &str, text: &str| {
        let mut files = files();
        files.retain(|(other, _)| other != name);
        files.push((name.into(), text.as_bytes().to_vec()));
        let folder = written(&files);
        opened(folder.path().join("tiny-imagenet-200")).expect_err("a bad set")
    };
    let annotations = "val/val_annotations.txt";
    for (name, text, said) in [
        (
            "wnids.txt",
            "n01\n../n02\n",
            "wnids.txt: expected a WNID in each line, such as n01443537, found ../n02",
        ),
        (
            "wnids.txt",
            "n01\n",
            "wnids.txt: expected 2 to 65536 classes, found 1",
        ),
        (
            "wnids.txt",
            "n01\nn02\nn03\n",
            "train/n03: no such file or folder",
        ),
        (
            annotations,
            "val_0.JPEG n01\n",
            "expected FILE<tab>WNID in line 1, found val_0.JPEG n01",
        ),
        (
            annotations,
            "../val_0.JPEG\tn01\n",
            "expected the name of a file in val/images in line 1",
        ),
        (
            annotations,
            "val_0.JPEG\tn09\n",
            "expected a class of wnids.txt in line 1, found n09",
        ),
        (
            annotations,
            "val_9.JPEG\tn01\n",
            "found val_9.JPEG, which is not there",
        ),
        (
            annotations,
            "val_0.JPEG\tn01\nval_0.JPEG\tn01\n",
            "expected each picture once in line 2",
        ),
        (
            annotations,
            "\n",
            "val/val_annotations.txt: expected at least one line, found none",
        ),
        (
            "val/images/val_1.JPEG",
            "no picture",
            "val/images/val_1.JPEG",
        ),
    ] {
        let found = with(name, text);
        assert!(found.contains(said), "{found}");
    }
}

#[test]
fn classes_without_a_name_of_their_own_keep_their_wnid() {
    let mut files = files();
    files.retain(|(name, _)| name != "words.txt");
    let folder = written(&files);
    let classes = |folder: &TempDir| {
        let opened = opened(folder.path().join("tiny-imagenet-200"));
        opened.expect("a good set").images.classes
    };
    assert_eq!(classes(&folder), ["n01", "n02"]);
    files.push((
        "words.txt".into(),
        b"n01\tcrane\nn02\tcrane, a bird\n".to_vec(),
    ));
    assert_eq!(classes(&written(&files)), ["crane (n01)", "crane (n02)"]);
}
