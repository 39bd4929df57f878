use std::fs;

use tempfile::TempDir;

use super::*;
use crate::source::archive::tests::zip;
use crate::source::clouds::tests::{opened as opened_at, request, write};
use crate::source::clouds::{OpenedClouds, holds_clouds, open_clouds};
use crate::source::numpy::tests::{arrays as image_arrays, npy};
use crate::{CloudLayout, ImageRequest, open};

/// An array of `count` clouds of five points.
fn points(descr: &str, count: usize) -> Vec<u8> {
    let values = (0..count * 15).map(|value| ((value * value) % 17) as f64 - value as f64);
    let bytes: Vec<u8> = match descr {
        "<f4" => values
            .flat_map(|value| (value as f32).to_le_bytes())
            .collect(),
        _ => values.flat_map(f64::to_be_bytes).collect(),
    };
    npy(descr, &[count, 5, 3], &bytes)
}

/// A set of three classes: four clouds for training and two for the test.
fn set() -> Vec<(String, Vec<u8>)> {
    vec![
        ("test_points".into(), points("<f4", 2)),
        ("train_points".into(), points("<f4", 4)),
        (
            "train_labels".into(),
            npy("<i8", &[4, 1], &[0, 1, 2, 1].map(u64::to_le_bytes).concat()),
        ),
        ("test_labels".into(), npy("|u1", &[2], &[2, 0])),
    ]
}

/// The set with these arrays in place of its own.
fn changed(arrays: &[(&str, Option<Vec<u8>>)]) -> Vec<(String, Vec<u8>)> {
    let mut set = set();
    for (name, bytes) in arrays {
        set.retain(|(other, _)| other != name);
        set.extend(bytes.clone().map(|bytes| ((*name).to_owned(), bytes)));
    }
    set
}

fn packed(arrays: &[(String, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a new folder");
    let named = arrays.iter();
    let named: Vec<_> = named
        .map(|(name, bytes)| (format!("{name}.npy"), bytes.clone()))
        .collect();
    write(&folder, "set.npz", zip(&named));
    folder
}

fn opened(arrays: &[(String, Vec<u8>)], asked: &CloudRequest) -> Result<OpenedClouds, String> {
    let folder = packed(arrays);
    let path = folder.path().join("set.npz");
    let here = format!("{}/", folder.path().display());
    open_clouds(&path, asked, &|_, _| {}).map_err(|error| error.to_string().replace(&here, ""))
}

#[test]
fn an_archive_and_folders_of_the_same_arrays_hold_the_same_set() {
    let asked = CloudRequest::default();
    let one = opened(&set(), &asked).unwrap();
    assert_eq!(one.layout, CloudLayout::Arrays);
    assert_eq!(one.stored_points, Some(5));
    let clouds = &one.clouds;
    assert_eq!((clouds.train.len(), clouds.train.size()), (4, 5));
    assert_eq!(clouds.train.labels(), [0, 1, 2, 1]);
    assert_eq!(clouds.test.labels(), [2, 0]);
    assert_eq!(clouds.classes, ["0", "1", "2"]);
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in set() {
        write(&folder, &format!("{name}.npy"), bytes);
    }
    assert!(holds_clouds(folder.path()));
    assert_eq!(opened_at(&folder, &asked).unwrap().clouds, one.clouds);
    // An archive in a folder, with one array next to it.
    let folder = packed(&set()[1..]);
    write(&folder, "test_points.npy", points("<f4", 2));
    assert_eq!(opened_at(&folder, &asked).unwrap().clouds, one.clouds);
}

#[test]
fn doubles_and_other_names_are_read_too() {
    let asked = request(3, None);
    let mut other: Vec<(String, Vec<u8>)> = set();
    for (name, bytes) in &mut other {
        let (part, what) = name.split_once('_').unwrap();
        let (word, count) = (part.to_owned(), if part == "test" { 2 } else { 4 });
        match what {
            "points" => (*name, *bytes) = (format!("x_{word}"), points(">f8", count)),
            _ => *name = format!("y_{word}"),
        }
    }
    let one = opened(&set(), &asked).unwrap();
    assert_eq!(one.clouds.train.size(), 3);
    assert_eq!(opened(&other, &asked).unwrap().clouds, one.clouds);
}

#[test]
fn classes_have_their_names() {
    let names: Vec<u8> = ["bed  ", "chair", "sofa "]
        .iter()
        .flat_map(|name| name.bytes())
        .collect();
    let named = changed(&[("classes", Some(npy("|S5", &[3], &names)))]);
    let set = opened(&named, &CloudRequest::default()).unwrap();
    assert_eq!(set.clouds.classes[1], "chair");
    let two = changed(&[("classes", Some(npy("|S2", &[2], b"a\0b\0")))]);
    assert_eq!(
        opened(&two, &CloudRequest::default()).unwrap_err(),
        "set.npz: expected labels of 0 to 1, one for each name of a class, found 2 of cloud 2 (the first is 0)"
    );
}

#[test]
fn a_set_without_test_arrays_needs_a_split() {
    let only = changed(&[("test_points", None), ("test_labels", None)]);
    assert_eq!(
        opened(&only, &request(3, None)).unwrap_err(),
        "set.npz: expected an array test_points, found none"
    );
    let split = opened(&only, &request(3, Some(0.3))).unwrap();
    assert_eq!((split.clouds.train.len(), split.clouds.test.len()), (3, 1));
    // The points of a cloud do not depend on where it goes.
    let all = opened(&set(), &request(3, None)).unwrap().clouds.train;
    let first = split.clouds.train.cloud(0);
    assert_eq!(all.cloud(0), first);
}

#[test]
fn arrays_that_do_not_fit_are_refused() {
    let cases = [
        (
            vec![("test_labels", None)],
            "set.npz: expected the arrays test_points and test_labels, found no test_labels",
        ),
        (
            vec![("train_labels", None)],
            "set.npz: expected the arrays train_points and train_labels, found no train_labels",
        ),
        (
            vec![("train_labels", Some(npy("|u1", &[3], &[0, 1, 0])))],
            "set.npz: expected as many training labels as clouds (4), found 3",
        ),
        (
            vec![("x_train", Some(points("<f4", 4)))],
            "set.npz/x_train.npy: expected one array train_points, found two",
        ),
        (
            vec![("test_points", Some(npy("<f4", &[2, 2, 3], &[0; 48])))],
            "set.npz/test_points.npy: expected points in several places in cloud 0 (the first is 0), found 2 in one place",
        ),
        (
            vec![("test_points", Some(npy("|u1", &[2, 5, 3], &[0; 30])))],
            "set.npz/test_points.npy: expected points of float32 or float64, found uint8",
        ),
        (
            vec![("train_points", Some(npy("<f4", &[4, 5, 4], &[0; 320])))],
            "set.npz/train_points.npy: expected clouds of N x points x 3, found 4 x 5 x 4",
        ),
    ];
    for (arrays, said) in cases {
        let error = opened(&changed(&arrays), &CloudRequest::default());
        assert_eq!(error.unwrap_err(), said);
    }
    assert_eq!(
        opened(&set(), &request(6, None)).unwrap_err(),
        "set.npz/test_points.npy: expected at least 6 points in cloud 0 (the first is 0), found 5"
    );
    let three: Vec<u8> = (0..18)
        .flat_map(|value| (value as f32 * 1.5).to_le_bytes())
        .collect();
    let other = changed(&[("test_points", Some(npy("<f4", &[2, 3, 3], &three)))]);
    assert_eq!(
        opened(&other, &CloudRequest::default()).unwrap_err(),
        "set.npz: expected clouds of 5 points like the others, found 3"
    );
    assert_eq!(
        opened(&other, &request(3, None)).unwrap().stored_points,
        Some(3)
    );
}

#[test]
fn arrays_of_images_are_no_clouds() {
    for names in [["train_images", "train_labels"], ["x_train", "y_train"]] {
        let mut arrays = image_arrays(2);
        for (name, _) in &mut arrays {
            let (part, what) = name.split_once('_').unwrap();
            *name = match (names[0], what) {
                ("x_train", "images") => format!("x_{part}"),
                ("x_train", _) => format!("y_{part}"),
                _ => name.clone(),
            };
        }
        let folder = packed(&arrays);
        let archive = folder.path().join("set.npz");
        assert!(!holds_clouds(&archive) && !holds_clouds(folder.path()));
        assert!(open(&archive, &ImageRequest::default(), &|_, _| {}).is_ok());
        fs::remove_file(&archive).unwrap();
        for (name, bytes) in &arrays {
            write(&folder, &format!("{name}.npy"), bytes);
        }
        assert!(!holds_clouds(folder.path()));
        assert!(open(folder.path(), &ImageRequest::default(), &|_, _| {}).is_ok());
    }
}

#[test]
fn a_cut_archive_is_refused() {
    let folder = packed(&set());
    let path = folder.path().join("set.npz");
    let bytes = fs::read(&path).unwrap();
    for length in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        assert!(
            open_clouds(&path, &CloudRequest::default(), &|_, _| {}).is_err(),
            "{length}"
        );
    }
}
