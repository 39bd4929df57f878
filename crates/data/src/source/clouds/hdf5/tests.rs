use std::fs;

use hdf5_pure::FileBuilder;
use tempfile::TempDir;

use super::*;
use crate::CloudLayout;
use crate::source::clouds::holds_clouds;
use crate::source::clouds::tests::{folder, opened, request, write};

/// A file of `count` clouds of six points, with their labels.
fn file(count: usize, labels: &[u8]) -> Vec<u8> {
    let values: Vec<f32> = (0..count * 18)
        .map(|value| ((value * value) % 23) as f32 - value as f32)
        .collect();
    let mut builder = FileBuilder::new();
    builder
        .create_dataset("data")
        .with_f32_data(&values)
        .with_shape(&[count as u64, 6, 3])
        .with_chunks(&[2, 6, 3])
        .with_shuffle()
        .with_deflate(4);
    builder
        .create_dataset("label")
        .with_u8_data(labels)
        .with_shape(&[labels.len() as u64, 1]);
    builder.finish().expect("memory")
}

/// A set of two files for training and one for the test.
fn set() -> TempDir {
    let folder = folder(&[
        (
            "train_files.txt",
            "data/modelnet40_ply_hdf5_2048/ply_data_train0.h5\r\ndata/modelnet40_ply_hdf5_2048/ply_data_train1.h5\n",
        ),
        ("test_files.txt", "ply_data_test0.h5\n"),
        ("shape_names.txt", "airplane\nbathtub\nbed\n"),
    ]);
    write(&folder, "ply_data_train0.h5", file(5, &[0, 2, 1, 1, 0]));
    write(&folder, "ply_data_train1.h5", file(3, &[2, 2, 1]));
    write(&folder, "ply_data_test0.h5", file(2, &[2, 0]));
    folder
}

#[test]
fn listed_files_are_read_one_after_another() {
    let folder = set();
    assert!(holds_clouds(folder.path()));
    let opened_set = opened(&folder, &CloudRequest::default()).unwrap();
    assert_eq!(opened_set.layout, CloudLayout::Hdf5);
    assert_eq!(opened_set.stored_points, Some(6));
    let clouds = opened_set.clouds;
    assert_eq!(clouds.train.labels(), [0, 2, 1, 1, 0, 2, 2, 1]);
    assert_eq!(clouds.test.labels(), [2, 0]);
    assert_eq!(clouds.classes, ["airplane", "bathtub", "bed"]);
    // All points in their order, so that the same stored clouds are the same.
    assert_eq!(clouds.train.cloud(0), clouds.test.cloud(0));
    assert_eq!(clouds.train.cloud(0), clouds.train.cloud(5));
    // Another subset of each.
    let clouds = opened(&folder, &request(3, None)).unwrap().clouds;
    assert_eq!(clouds.train.size(), 3);
    assert_ne!(clouds.train.cloud(0), clouds.train.cloud(5));
}

#[test]
fn files_without_lists_are_known_by_their_names() {
    let folder = set();
    let expected = opened(&folder, &CloudRequest::default()).unwrap().clouds;
    for name in ["train_files.txt", "test_files.txt", "shape_names.txt"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let found = opened(&folder, &CloudRequest::default()).unwrap().clouds;
    assert_eq!(found.classes, ["0", "1", "2"]);
    assert_eq!((found.train, found.test), (expected.train, expected.test));
}

#[test]
fn a_set_that_does_not_fit_is_refused() {
    let refused = |change: &dyn Fn(&TempDir)| {
        let folder = set();
        change(&folder);
        let here = folder.path().display().to_string();
        opened(&folder, &CloudRequest::default())
            .unwrap_err()
            .replace(&here, ".")
    };
    let removed = |name: &'static str| {
        move |folder: &TempDir| fs::remove_file(folder.path().join(name)).unwrap()
    };
    assert_eq!(
        refused(&removed("ply_data_train1.h5")),
        "ply_data_train1.h5: no such file or folder"
    );
    assert_eq!(
        refused(&removed("ply_data_train0.h5")),
        "ply_data_train0.h5: no such file or folder"
    );
    let wrote =
        |name: &'static str, bytes: Vec<u8>| move |folder: &TempDir| write(folder, name, &bytes);
    assert_eq!(
        refused(&wrote("test_files.txt", b"a/b.txt\n".to_vec())),
        "test_files.txt: expected the name of a file (.h5) in line 1, found a/b.txt"
    );
    assert_eq!(
        refused(&wrote("shape_names.txt", b"a\nb\n".to_vec())),
        "ply_data_train0.h5: expected labels of 0 to 1, one for each name of a class, found 2 of cloud 1 (the first is 0)"
    );
    assert_eq!(
        refused(&wrote("ply_data_test0.h5", file(2, &[0]))),
        "ply_data_test0.h5: expected a label for each of 2 clouds, found 1 x 1"
    );
    let error = refused(&wrote("ply_data_test0.h5", b"\x89HDF\r\n\x1a\n".to_vec()));
    assert!(
        error.starts_with(
            "ply_data_test0.h5: expected a whole HDF5 file with data and label, found "
        ),
        "{error}"
    );
    let none = |folder: &TempDir| {
        fs::remove_file(folder.path().join("test_files.txt")).unwrap();
        fs::remove_file(folder.path().join("ply_data_test0.h5")).unwrap();
    };
    assert_eq!(
        refused(&none),
        ".: expected a list test_files.txt, or files with test in their names, found none"
    );
}

#[test]
fn other_data_is_refused() {
    let with = |build: &dyn Fn(&mut FileBuilder)| {
        let mut builder = FileBuilder::new();
        build(&mut builder);
        let folder = set();
        write(&folder, "ply_data_train0.h5", builder.finish().unwrap());
        opened(&folder, &CloudRequest::default()).unwrap_err()
    };
    let labels = |builder: &mut FileBuilder| {
        builder.create_dataset("label").with_i32_data(&[0, -1]);
    };
    let error = with(&|builder| {
        builder.create_dataset("points").with_f32_data(&[0.0; 36]);
        labels(builder);
    });
    assert!(error.contains("with data and label, found "), "{error}");
    let error = with(&|builder| {
        builder
            .create_dataset("data")
            .with_i32_data(&[0; 36])
            .with_shape(&[2, 6, 3]);
        labels(builder);
    });
    assert!(
        error.ends_with("expected data of 32 or 64-bit floats, found i32"),
        "{error}"
    );
    let error = with(&|builder| {
        builder
            .create_dataset("data")
            .with_f32_data(&[0.0; 36])
            .with_shape(&[2, 18]);
        labels(builder);
    });
    assert!(
        error.ends_with("expected data of N x points x 3, found 2 x 18"),
        "{error}"
    );
    let values: Vec<f64> = (0..36).map(|value| f64::from(value * value)).collect();
    let error = with(&|builder| {
        builder
            .create_dataset("data")
            .with_f64_data(&values)
            .with_shape(&[2, 6, 3]);
        labels(builder);
    });
    assert!(
        error.ends_with("expected labels of 0 to 65535, found -1"),
        "{error}"
    );
    let error = with(&|builder| {
        builder
            .create_dataset("data")
            .with_f64_data(&values)
            .with_shape(&[2, 6, 3]);
        builder.create_dataset("label").with_f32_data(&[0.0, 1.0]);
    });
    assert!(
        error.ends_with("expected label of whole numbers, found f32"),
        "{error}"
    );
}

/// Whatever byte is wrong, the file is refused or read; nothing panics, and no panic is printed.
#[test]
fn no_damage_is_too_strange() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.h5");
    let bytes = file(2, &[1, 0]);
    let read = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let mut rows = Rows::new(Part::Train, None);
        read::file(&path, &mut rows).is_ok()
    };
    assert!(read(&bytes));
    for length in (0..bytes.len()).step_by(7) {
        assert!(!read(&bytes[..length]), "{length} of {}", bytes.len());
    }
    for place in 0..bytes.len() {
        for change in [1, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[place] ^= change;
            read(&damaged);
        }
    }
}
