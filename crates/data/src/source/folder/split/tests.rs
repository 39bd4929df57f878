use super::super::layout_tests::{class, opened, read};
use super::super::tests::class_folders;
use crate::{ImageRequest, Layout, TestOrigin, TestSplit};

fn split(share: f64, seed: u64) -> ImageRequest {
    ImageRequest {
        split: Some(TestSplit { share, seed }),
        ..ImageRequest::default()
    }
}

#[test]
fn a_split_takes_a_share_of_every_class() {
    let folder = tempfile::tempdir().expect("a new folder");
    for (name, count) in [("ant", 10), ("bee", 20), ("cat", 1)] {
        class(&folder.path().join("train").join(name), count, 7);
    }
    let opened = opened(folder.path(), split(0.2, 1)).expect("a good set");
    assert_eq!(opened.images.test.class_counts(3), [2, 4, 0]);
    assert_eq!(opened.images.train.class_counts(3), [8, 16, 1]);
    let expected = TestSplit {
        share: 0.2,
        seed: 1,
    };
    assert_eq!(opened.test_origin, TestOrigin::Split(expected));
}

#[test]
fn the_seed_of_the_split_decides_which_images_are_taken() {
    let folder = tempfile::tempdir().expect("a new folder");
    for name in ["ant", "bee"] {
        class(&folder.path().join(name), 30, 7);
    }
    let test = |seed| {
        let opened = opened(folder.path(), split(0.3, seed)).expect("a good set");
        assert_eq!(
            (opened.layout, &opened.parts[..]),
            (Layout::ClassFolders, &[][..])
        );
        (opened.images.fingerprint(), opened.images.test)
    };
    assert_eq!(test(1), test(1));
    assert_ne!(test(1), test(2));
    let reds = |seed| {
        test(seed)
            .1
            .pixels()
            .chunks(3072)
            .map(|image| image[0])
            .collect::<Vec<_>>()
    };
    assert_eq!(reds(1).len(), 18);
    // The choice is part of what recorded runs depend on.
    assert_eq!(reds(1)[..9], [2, 3, 17, 22, 24, 25, 27, 28, 29]);
}

#[test]
fn one_image_of_every_class_cannot_be_split() {
    let folder = tempfile::tempdir().expect("a new folder");
    for name in ["ant", "bee"] {
        class(&folder.path().join(name), 1, 7);
    }
    let error = opened(folder.path(), split(0.5, 1)).expect_err("too few images");
    assert!(
        error
            .to_string()
            .contains("expected a class with at least 2 images")
    );
}

#[test]
fn a_split_is_not_used_if_there_is_a_test_part() {
    let folder = class_folders();
    let opened = opened(folder.path(), split(0.5, 1)).expect("a good set");
    assert_eq!(opened.test_origin, TestOrigin::OwnInPlaceOfSplit);
    assert_eq!(opened.images, read(folder.path()).images);
}

#[test]
fn a_class_may_be_called_train() {
    let folder = tempfile::tempdir().expect("a new folder");
    for name in ["bus", "train"] {
        class(&folder.path().join(name), 4, 7);
    }
    let set = opened(folder.path(), split(0.25, 1))
        .expect("a good set")
        .images;
    assert_eq!(set.classes, ["bus", "train"]);
}

#[test]
fn flat_classes_one_folder_down_are_split() {
    let folder = tempfile::tempdir().expect("a new folder");
    for name in ["ant", "bee"] {
        class(&folder.path().join("Images").join(name).join("more"), 4, 7);
    }
    let opened = opened(folder.path(), split(0.25, 1)).expect("a good set");
    assert_eq!(opened.within.as_deref(), Some("Images"));
    assert_eq!(
        (opened.images.train.len(), opened.images.test.len()),
        (6, 2)
    );
}

#[test]
fn every_class_keeps_an_image_for_training() {
    let folder = tempfile::tempdir().expect("a new folder");
    class(&folder.path().join("ant"), 1, 7);
    class(&folder.path().join("bee"), 3, 7);
    let set = opened(folder.path(), split(0.99, 1))
        .expect("a good set")
        .images;
    assert_eq!((set.train.len(), set.test.len()), (2, 2));
    assert_eq!(set.train.class_counts(2), [1, 1]);
    let little = opened(folder.path(), split(0.001, 1))
        .expect("a good set")
        .images;
    assert_eq!(little.test.len(), 1);
}

#[test]
fn the_only_image_of_a_class_is_never_the_one_that_is_taken() {
    let folder = tempfile::tempdir().expect("a new folder");
    for (name, count) in [("ant", 1), ("bee", 2), ("cat", 1), ("dog", 1)] {
        class(&folder.path().join(name), count, 7);
    }
    for seed in 0..20 {
        let set = opened(folder.path(), split(0.01, seed))
            .expect("a good set")
            .images;
        assert_eq!(set.test.labels(), [1]);
        assert_eq!(set.train.labels(), [0, 1, 2, 3]);
    }
}
