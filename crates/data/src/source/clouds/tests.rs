use std::fs;
use std::sync::Mutex;

use tempfile::TempDir;

use super::*;
use crate::source::folder::tests::png;
use crate::{ImageRequest, PassedOverReason, TestSplit, open};

/// A new folder with these files, whose folders are made.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a new folder");
    for (name, text) in files {
        write(&folder, name, text);
    }
    folder
}

/// Writes a file, and makes its folders.
pub(crate) fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
    fs::write(path, bytes).expect("a new file");
}

/// A pyramid with its tip in the direction of z.
pub(crate) const PYRAMID: &str =
    "OFF5 5 8\n0 0 0\n2 0 0\n2 2 0\n0 2 0\n1 1 9\n4 3 2 1 0\n3 0 1 4\n3 1 2 4\n3 2 3 4\n3 3 0 4\n";
/// Four points in a text.
pub(crate) const POINTS: &str = "0 0 0\n1 0 0\n0 2 0\n0 0 3\n";

/// Asks for `points` points, and for a share of test clouds.
pub(crate) fn request(points: usize, share: Option<f64>) -> CloudRequest {
    CloudRequest {
        points: Some(points),
        split: share.map(|share| TestSplit { share, seed: 1 }),
    }
}

/// Opens a folder; errors have paths relative to it.
pub(crate) fn opened(folder: &TempDir, request: &CloudRequest) -> Result<OpenedClouds, String> {
    let here = format!("{}/", folder.path().display());
    open_clouds(folder.path(), request, &|_, _| {})
        .map_err(|error| error.to_string().replace(&here, ""))
}

/// Two classes of meshes as ModelNet has them.
fn modelnet() -> TempDir {
    let files = [
        "bed/train/bed_1",
        "bed/test/bed_3",
        "bed/train/bed_2",
        "car/train/car_1",
    ];
    let names = files.map(|name| format!("{name}.off"));
    folder(&names.each_ref().map(|name| (&name[..], PYRAMID)))
}

#[test]
fn meshes_are_read_with_their_tips_up() {
    let folder = modelnet();
    assert!(holds_clouds(folder.path()));
    let opened = opened(&folder, &request(200, None)).unwrap();
    assert_eq!(opened.layout, CloudLayout::Off);
    assert_eq!(opened.stored_points, None);
    assert_eq!(opened.test_origin, TestOrigin::Own);
    let CloudSet {
        train,
        test,
        classes,
        ..
    } = opened.clouds;
    assert_eq!(classes, ["bed", "car"]);
    assert_eq!((train.labels(), test.labels()), (&[0, 0, 1][..], &[0][..]));
    assert_eq!(train.size(), 200);
    for cloud in 0..train.len() {
        let highest = |axis: usize| {
            let values = train.cloud(cloud).iter().map(|point| point[axis]);
            values.fold(f32::MIN, f32::max)
        };
        assert!(highest(1) > 2.0 * highest(0).max(highest(2)));
        let lengths = train.cloud(cloud).iter();
        let lengths = lengths.map(|[x, y, z]| (x * x + y * y + z * z).sqrt());
        assert!((lengths.fold(0.0, f32::max) - 1.0).abs() < 1e-6);
    }
    // The same mesh, elsewhere.
    assert_ne!(train.cloud(0), train.cloud(1));
    assert_ne!(train.cloud(0), test.cloud(0));
}

#[test]
fn the_points_of_a_mesh_are_the_same_whatever_the_threads_and_the_split() {
    let folder = modelnet();
    let read = |request: &CloudRequest| opened(&folder, request).unwrap().clouds.train;
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let expected = one.install(|| read(&request(50, None)));
    assert_eq!(read(&request(50, None)), expected);
    assert_eq!(read(&request(50, Some(0.3))), expected);
    assert_eq!(read(&CloudRequest::default()).size(), 1024);
    // The first points, before the cloud is fitted, are those of a smaller cloud.
    assert_ne!(read(&request(51, None)), expected);
}

#[test]
fn texts_are_read_in_their_order_and_further_columns_are_not() {
    let wide = "# x,y,z,nx\n0,0,0,1\n1,0,0,1\n0,2,0,1\n0,0,3,1\n";
    let folder = folder(&[
        ("set/train/a/1.txt", POINTS),
        ("set/train/b/1.xyz", wide),
        ("set/test/b/1.txt", POINTS),
        ("set/val/a/1.txt", POINTS),
    ]);
    let opened = opened(&folder, &request(4, None)).unwrap();
    assert_eq!(opened.layout, CloudLayout::Texts);
    assert_eq!(opened.within.as_deref(), Some("set"));
    let CloudSet {
        train,
        validation,
        test,
        ..
    } = opened.clouds;
    assert_eq!(train.cloud(0), train.cloud(1));
    assert_eq!(test.cloud(0), train.cloud(0));
    assert_eq!(validation.unwrap().labels(), [0]);
    // The mean is (1/4, 1/2, 3/4), and the fourth point is the farthest from it.
    let radius = (0.25_f32 * 0.25 + 0.5 * 0.5 + 2.25 * 2.25).sqrt();
    let first = [-0.25 / radius, -0.5 / radius, -0.75 / radius];
    for (found, expected) in train.cloud(0)[0].iter().zip(first) {
        assert!((found - expected).abs() < 1e-6);
    }
}

#[test]
fn a_share_of_clouds_without_parts_is_taken_for_the_test() {
    let names: Vec<String> = (0..20)
        .map(|index| format!("{}/{index}.xyz", index % 2))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (&name[..], POINTS)).collect();
    let folder = folder(&files);
    let opened_set = opened(&folder, &request(3, Some(0.2))).unwrap();
    assert!(matches!(opened_set.test_origin, TestOrigin::Split(_)));
    let CloudSet { train, test, .. } = opened_set.clouds;
    assert_eq!((train.len(), test.class_counts(2)), (16, vec![2, 2]));
    let error = opened(&folder, &request(3, None)).unwrap_err();
    assert!(
        error.ends_with("expected a folder test next to that for training, found none"),
        "{error}"
    );
}

#[test]
fn progress_counts_every_cloud_from_none_to_the_last() {
    let folder = modelnet();
    let seen = Mutex::new(vec![]);
    let progress = |done, total| {
        assert_eq!(total, 4);
        seen.lock().unwrap().push(done);
    };
    open_clouds(folder.path(), &request(9, None), &progress).unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen, [0, 1, 2, 3, 4]);
}

#[test]
fn of_several_wrong_files_the_first_is_named() {
    let folder = modelnet();
    for name in [
        "bed/train/bed_2.off",
        "bed/test/bed_3.off",
        "car/train/car_1.off",
    ] {
        write(&folder, name, "OFF\n1 1 0\n0 0 0\n3 0 0 0\n");
    }
    for _ in 0..5 {
        assert_eq!(
            opened(&folder, &request(9, None)).unwrap_err(),
            "bed/train/bed_2.off: expected a mesh with an area, found faces without area"
        );
    }
}

#[test]
fn a_cloud_of_too_few_points_is_named() {
    let folder = folder(&[
        ("a/1.txt", POINTS),
        ("a/2.txt", POINTS),
        ("b/1.txt", POINTS),
    ]);
    assert_eq!(
        opened(&folder, &request(5, Some(0.5))).unwrap_err(),
        "a/1.txt: expected at least 5 points, found 4"
    );
    write(&folder, "a/1.txt", "1 1 1\n".repeat(5));
    assert_eq!(
        opened(&folder, &request(4, Some(0.5))).unwrap_err(),
        "a/1.txt: expected points in several places, found 4 in one place"
    );
}

#[test]
fn what_is_not_read_is_counted() {
    let folder = modelnet();
    for name in [
        "README.txt",
        "bed/train/.DS_Store",
        "car/notes/a.off",
        "lost.off",
    ] {
        write(&folder, name, "");
    }
    let opened = opened(&folder, &request(9, None)).unwrap();
    let found: Vec<_> = opened
        .passed_over
        .iter()
        .map(|item| (item.reason, &item.example[..]))
        .collect();
    assert_eq!(
        found,
        [
            (PassedOverReason::CloudWithoutClass, "lost.off"),
            (PassedOverReason::NoCloud, "README.txt"),
            (PassedOverReason::OtherFolder, "car/notes"),
        ]
    );
}

#[test]
fn pictures_with_notes_next_to_them_are_no_clouds() {
    let parts = ["train", "test"].into_iter();
    let classes = parts.flat_map(|part| ["a", "b"].map(|class| format!("{part}/{class}")));
    let classes: Vec<String> = classes.collect();
    let set = |note: &str, text: &str| {
        let folder = tempfile::tempdir().unwrap();
        for class in &classes {
            write(&folder, &format!("{class}/1.png"), png([1, 2, 3]));
            write(&folder, &format!("{class}/{note}"), text);
        }
        folder
    };
    for (note, text) in [
        ("1.txt", "0 0.5 0.5 0.1 0.1\n"),
        ("1.off", PYRAMID),
        ("1.xyz", POINTS),
    ] {
        let folder = set(note, text);
        assert!(!holds_clouds(folder.path()), "{note}");
        assert!(open(folder.path(), &ImageRequest::default(), &|_, _| {}).is_ok());
        // Classes without parts, and in a folder of their own.
        assert!(!holds_clouds(&folder.path().join("train")), "{note}");
    }
    let labels = folder(&[("labels/1.txt", "0 0.5 0.5 0.1 0.1\n")]);
    write(&labels, "images/1.png", png([1, 2, 3]));
    assert!(!holds_clouds(labels.path()));
}

#[test]
fn a_path_without_clouds_has_none() {
    let folder = folder(&[
        ("a/1.txt", "a note"),
        ("b/1.txt", "another note"),
        ("c.off", PYRAMID),
    ]);
    for path in [
        folder.path().to_owned(),
        folder.path().join("c.off"),
        folder.path().join("d"),
    ] {
        assert!(!holds_clouds(&path), "{}", path.display());
    }
    let error = opened(&folder, &CloudRequest::default()).unwrap_err();
    assert!(
        error.ends_with(
            ": expected point clouds: OFF meshes or texts in class folders, HDF5 files, or NumPy arrays, found none of these"
        ),
        "{error}"
    );
    let missing = open_clouds(
        &folder.path().join("d"),
        &CloudRequest::default(),
        &|_, _| {},
    );
    assert!(matches!(missing, Err(DataError::Missing { .. })));
}

#[test]
fn a_list_of_names_is_read() {
    let folder = folder(&[
        ("modelnet10_train.txt", "night_stand_0001\nbed_0001\n"),
        ("modelnet10_test.txt", "bed_0002\n"),
        ("modelnet10_shape_names.txt", "night_stand\nbed\n"),
        ("night_stand/night_stand_0001.txt", POINTS),
        ("bed/bed_0001.txt", POINTS),
        ("bed/bed_0002.txt", POINTS),
    ]);
    let set = opened(&folder, &request(4, None)).unwrap();
    assert_eq!(set.layout, CloudLayout::Texts);
    assert_eq!(set.clouds.classes, ["night_stand", "bed"]);
    assert_eq!(set.clouds.train.labels(), [0, 1]);
    assert_eq!(set.clouds.test.labels(), [1]);
    fs::remove_file(folder.path().join("bed/bed_0002.txt")).unwrap();
    assert_eq!(
        opened(&folder, &request(4, None)).unwrap_err(),
        "bed/bed_0002.txt: no such file or folder"
    );
}
