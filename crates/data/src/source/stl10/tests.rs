use std::fs;

use super::*;
use crate::{ImageRequest, Layout, OpenedSource, open};

/// The pixels of an image in rows: each value tells channel, row and column.
fn rows(image: u8) -> Vec<u8> {
    let mut pixels = vec![];
    for channel in 0..3 {
        for row in 0..96 {
            let value = |column: usize| (channel * 80 + row * 5 + column * 3) as u8 ^ image;
            pixels.extend((0..96).map(value));
        }
    }
    pixels
}

/// The same pixels as the files have them.
fn columns(image: u8) -> Vec<u8> {
    let rows = rows(image);
    let mut pixels = vec![];
    for plane in rows.chunks_exact(96 * 96) {
        for column in 0..96 {
            pixels.extend((0..96).map(|row| plane[row * 96 + column]));
        }
    }
    pixels
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("train_X.bin", (0..3).flat_map(columns).collect()),
        ("train_y.bin", vec![1, 10, 2]),
        ("test_X.bin", columns(9)),
        ("test_y.bin", vec![3]),
        ("class_names.txt", b"airplane\nbird\n".to_vec()),
        ("unlabeled_X.bin", b"not read".to_vec()),
    ]
}

fn opened(files: &[(&str, Vec<u8>)]) -> Result<OpenedSource, String> {
    let folder = tempfile::tempdir().expect("a new folder");
    let inner = folder.path().join("stl10_binary");
    fs::create_dir(&inner).expect("a new folder");
    for (name, bytes) in files {
        fs::write(inner.join(name), bytes).expect("a new file");
    }
    let here = format!("{}/", inner.display());
    let path = inner.display().to_string();
    open(folder.path(), &ImageRequest::default(), &|_, _| {})
        .map_err(|error| error.to_string().replace(&here, "").replace(&path, "."))
}

#[test]
fn planes_in_columns_are_turned_and_labels_start_at_zero() {
    let set = opened(&files()).expect("a good set");
    assert_eq!(set.layout, Layout::Stl10);
    assert_eq!(set.within.as_deref(), Some("stl10_binary"));
    let images = set.images;
    assert_eq!(images.train.labels(), [0, 9, 1]);
    assert_eq!(images.test.labels(), [2]);
    assert_eq!(images.classes[9], "truck");
    for image in 0..3 {
        assert!(
            images.train.image(image) == rows(image as u8),
            "image {image}"
        );
    }
    assert!(images.test.image(0) == rows(9));
}

#[test]
fn damaged_sets_are_refused() {
    let with = |name: &str, bytes: Option<Vec<u8>>| {
        let mut files = files();
        files.retain(|(other, _)| *other != name);
        files.extend(
            bytes
                .map(|bytes| (name, bytes))
                .filter(|(name, _)| Stl10File::named(name).is_some()),
        );
        opened(&files).expect_err("a bad set")
    };
    assert_eq!(
        with("train_y.bin", None),
        ".: expected all files of STL-10, found no train_y.bin"
    );
    assert_eq!(
        with("test_y.bin", Some(vec![1, 2])),
        ".: expected as many labels in test_y.bin as images (1), found 2"
    );
    for label in [0, 11] {
        assert_eq!(
            with("train_y.bin", Some(vec![1, label, 2])),
            format!(
                "train_y.bin: expected a label from 1 to 10 for image 1 (the first is 0), found {label}"
            )
        );
    }
    for length in [0, 27_647, 27_649] {
        let said = with("test_X.bin", Some(vec![0; length]));
        assert!(said.ends_with(&format!("found {length} bytes")), "{said}");
    }
}
