use super::*;
use crate::source::clouds::files::names;
use crate::source::clouds::tests::{POINTS, PYRAMID, folder, request};
use crate::source::folder::Part;

/// Meshes with these names.
fn meshes(names: &[&str]) -> tempfile::TempDir {
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, PYRAMID)).collect();
    folder(&files)
}

fn found(folder: &tempfile::TempDir) -> Result<FoundFiles, String> {
    let here = format!("{}/", folder.path().display());
    let (kind, order) = look(folder.path()).expect("clouds");
    find(folder.path(), kind, order, &request(9, None))
        .map_err(|error| error.to_string().replace(&here, ""))
}

/// The error for a set of these files, with the path of the set as a dot.
fn refused(names: &[&str]) -> String {
    let folder = meshes(names);
    let error = found(&folder).unwrap_err();
    error.replace(&folder.path().display().to_string(), ".")
}

#[test]
fn the_order_of_the_folders_is_recognised() {
    for (files, order) in [
        (["a/train/1.off", "b/train/1.off"], Order::ClassFirst),
        (["train/a/1.off", "train/b/1.off"], Order::PartFirst),
        (["a/1.OFF", "b/1.off"], Order::NoParts),
        // Trains are a class.
        (["train/train/1.off", "car/train/1.off"], Order::ClassFirst),
        (["train/train/1.off", "train/car/1.off"], Order::PartFirst),
    ] {
        let folder = meshes(&files);
        assert_eq!(
            look(folder.path()),
            Some((FileKind::Off, order)),
            "{files:?}"
        );
    }
}

#[test]
fn texts_need_two_classes_and_numbers() {
    let kind = |files: &[(&str, &str)]| look(folder(files).path()).map(|(kind, _)| kind);
    let two = [("a/1.txt", POINTS), ("b/1.xyz", POINTS)];
    assert_eq!(kind(&two), Some(FileKind::Text));
    assert_eq!(kind(&two[..1]), None);
    assert_eq!(kind(&[two[0], ("b/1.txt", "no points")]), None);
    assert_eq!(kind(&[("a/1.off", "off to the shops")]), None);
}

#[test]
fn both_orders_give_the_same_set() {
    let class_first = [
        "bed/train/2.off",
        "bed/train/1.off",
        "bed/val/1.off",
        "bed/test/1.off",
        "car/train/1.off",
        "car/test/9.off",
    ];
    let part_first = class_first.map(|name| {
        let parts: Vec<&str> = name.split('/').collect();
        format!("{}/{}/{}", parts[1], parts[0], parts[2])
    });
    let class_first = meshes(&class_first);
    let one = found(&class_first).unwrap();
    let part_first = meshes(&part_first.each_ref().map(|name| &name[..]));
    let other = found(&part_first).unwrap();
    assert_eq!(one.classes, ["bed", "car"]);
    assert_eq!(one.classes, other.classes);
    let train = names(&one, Part::Train, class_first.path());
    let expected = [
        ("bed/train/1.off", 0),
        ("bed/train/2.off", 0),
        ("car/train/1.off", 1),
    ];
    assert_eq!(
        train,
        expected.map(|(name, label)| (name.to_owned(), label))
    );
    for part in [Part::Train, Part::Validation, Part::Test] {
        let labels = |found: &FoundFiles| -> Vec<u16> {
            found
                .parts
                .get(part)
                .iter()
                .flatten()
                .map(|(_, label)| *label)
                .collect()
        };
        assert_eq!(labels(&one), labels(&other), "{part}");
    }
    assert_eq!(one.passed_over, []);
}

#[test]
fn a_validation_part_is_the_test_part_only_if_no_class_has_one() {
    let both = meshes(&[
        "a/train/1.off",
        "a/test/1.off",
        "b/train/1.off",
        "b/val/1.off",
    ]);
    let both = found(&both).unwrap().parts;
    assert_eq!(both.validation.unwrap()[0].1, 1);
    assert_eq!(both.test.unwrap()[0].1, 0);
    let only = meshes(&[
        "a/train/1.off",
        "a/val/1.off",
        "b/train/1.off",
        "b/val/1.off",
    ]);
    let only = found(&only).unwrap().parts;
    assert_eq!(only.validation, None);
    assert_eq!(only.test.unwrap().len(), 2);
}

#[test]
fn classes_that_do_not_agree_are_refused() {
    for (files, said) in [
        (
            &["train/a/1.off", "train/b/1.off", "test/c/1.off"][..],
            "test/c: expected a class that the training split has, found another",
        ),
        (
            &["train/a/1.off", "train/b/1.txt", "test/a/1.off"],
            "train/b: expected at least one mesh (.off), found none",
        ),
        (
            &["train/a/1.off", "train/b/1.off", "test/a/1.txt"],
            "test: expected at least one mesh (.off), found none",
        ),
        (
            &["train/a/1.off", "test/a/1.off"],
            "train: expected 2 to 65536 class folders, found 1",
        ),
        (
            &["a/train/1.off", "a/test/1.off", "b/test/1.off"],
            "b/train: expected at least one mesh (.off), found none",
        ),
        (
            &["a/train/1.off", "a/test/1.txt", "b/train/1.off"],
            ".: expected at least one mesh (.off) for the test part, found none",
        ),
        (
            &["a/train/1.off", "b/train/1.off"],
            ".: expected a folder test in the folders of classes, found none",
        ),
        (
            &["a/train/1.off", "a/test/1.off"],
            ".: expected 2 to 65536 class folders, found 1",
        ),
    ] {
        assert_eq!(refused(files), said, "{files:?}");
    }
}
