use super::super::layout_tests::{opened, read, with_names};
use crate::{DataError, ImageRequest, OpenedSource, Part};

fn named(opened: &OpenedSource) -> Vec<(Part, &str)> {
    opened
        .parts
        .iter()
        .map(|(part, name)| (*part, &**name))
        .collect()
}

#[test]
fn the_test_part_has_one_of_several_names() {
    for name in [
        "test",
        "val",
        "valid",
        "validation",
        "testing",
        "Test",
        "VAL",
    ] {
        let folder = with_names("train", &[(name, 1)]);
        let opened = read(folder.path());
        assert_eq!(named(&opened), [(Part::Train, "train"), (Part::Test, name)]);
        assert_eq!(
            (opened.images.train.len(), opened.images.test.len()),
            (8, 2)
        );
        assert!(opened.images.validation.is_none());
        assert_eq!(opened.passed_over, []);
    }
    for name in ["training", "Train", "TRAINING"] {
        let folder = with_names(name, &[("Test", 1)]);
        assert_eq!(named(&read(folder.path()))[0], (Part::Train, name));
    }
}

#[test]
fn of_three_parts_the_middle_one_is_for_validation() {
    for (middle, test) in [
        ("val", "test"),
        ("valid", "test"),
        ("Validation", "testing"),
    ] {
        let folder = with_names("train", &[(middle, 2), (test, 1)]);
        let opened = read(folder.path());
        let expected = [
            (Part::Train, "train"),
            (Part::Validation, middle),
            (Part::Test, test),
        ];
        assert_eq!(named(&opened), expected);
        let validation = opened.images.validation.expect("a validation part");
        assert_eq!((validation.len(), opened.images.test.len()), (4, 2));
    }
}

#[test]
fn a_fourth_part_is_counted() {
    let folder = with_names("train", &[("val", 1), ("validation", 1), ("test", 1)]);
    let opened = read(folder.path());
    assert_eq!(opened.passed_over.len(), 1);
    assert_eq!(opened.passed_over[0].what(), "1 other folder of pictures");
    assert_eq!(opened.passed_over[0].example, "validation");
}

#[test]
fn two_names_that_differ_in_capitals_are_an_error() {
    let folder = with_names("train", &[("Test", 1), ("TEST", 1)]);
    let error = opened(folder.path(), ImageRequest::default()).expect_err("two folders");
    assert!(
        error
            .to_string()
            .ends_with("expected one folder test, found TEST and Test"),
        "{error}"
    );
}

#[test]
fn names_that_differ_only_in_capitals_are_an_error_for_every_part() {
    for (one, other) in [("train", "Train"), ("test", "TEST"), ("val", "Val")] {
        let folder = with_names("train", &[("test", 1), (one, 1), (other, 1)]);
        let error = opened(folder.path(), ImageRequest::default()).expect_err("two folders");
        let found = format!("expected one folder {one}, found {other} and {one}");
        assert!(error.to_string().ends_with(&found), "{error}");
        let DataError::Format { hint, .. } = error else {
            panic!("{error}");
        };
        let expected =
            format!("put the pictures of both into {one}, or move one of the folders away");
        assert_eq!(hint, Some(expected));
    }
}
