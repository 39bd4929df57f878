use super::*;
use crate::folder::tests::class_folders;
use crate::open;

/// The message and the hint for `path`. The folder that it lies in is written `.`.
fn said(folder: &Path, path: &Path) -> (String, String) {
    let error = open(path, &|_, _| {}).expect_err("no layout");
    let here = folder.display().to_string();
    let message = error.to_string().replace(&here, ".");
    let hint = match error {
        DataError::Format { hint, .. } => hint.unwrap_or_default(),
        _ => String::new(),
    };
    (message, hint.replace(&here, "."))
}

/// Makes class folders, renames them, and returns the message and the hint.
fn renamed_to(names: &[(&str, &str)]) -> (String, String) {
    let folder = class_folders();
    for (from, to) in names {
        let to = folder.path().join(to);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a new folder");
        fs::rename(folder.path().join(from), to).expect("a folder");
    }
    said(folder.path(), folder.path())
}

#[test]
fn a_validation_split_in_place_of_the_test_images_is_named() {
    for name in ["val", "valid", "Validation", "Testing"] {
        let (message, hint) = renamed_to(&[("test", name)]);
        assert_eq!(
            message,
            format!(".: expected a folder test next to train, found {name}")
        );
        assert!(hint.ends_with(&format!("mv ./{name} ./test")), "{hint}");
    }
}

#[test]
fn without_test_images_the_hint_says_where_to_take_them_from() {
    let folder = class_folders();
    fs::remove_dir_all(folder.path().join("test")).expect("a folder");
    let (message, hint) = said(folder.path(), folder.path());
    assert_eq!(
        message,
        ".: expected a folder test next to train, found none"
    );
    assert!(
        hint.contains("from ./train/CLASS to ./test/CLASS"),
        "{hint}"
    );
}

#[test]
fn splits_in_capitals_or_by_other_names_are_renamed() {
    let (message, hint) = renamed_to(&[("train", "Train"), ("test", "Test")]);
    assert!(message.ends_with("found Train and Test"), "{message}");
    assert_eq!(hint, "rename with: mv ./Train ./train && mv ./Test ./test");
    let (message, hint) = renamed_to(&[("train", "training")]);
    assert!(message.ends_with("found training and test"), "{message}");
    assert_eq!(hint, "rename with: mv ./training ./train");
}

#[test]
fn test_images_without_training_images_are_named() {
    let folder = class_folders();
    fs::remove_dir_all(folder.path().join("train")).expect("a folder");
    let (message, hint) = said(folder.path(), folder.path());
    assert!(message.ends_with("found test without train"), "{message}");
    assert!(hint.ends_with("into ./train/CLASS"), "{hint}");
}

#[test]
fn one_split_is_led_to_the_folder_of_both() {
    let folder = class_folders();
    let (message, hint) = said(folder.path(), &folder.path().join("test"));
    assert!(
        message.ends_with("found the folder test itself"),
        "{message}"
    );
    assert_eq!(hint, "give the folder that holds train and test: --data .");
}

#[test]
fn class_folders_without_a_split_are_named() {
    let folder = class_folders();
    fs::rename(folder.path().join("train"), folder.path().join("pets")).expect("a folder");
    let (message, hint) = said(folder.path(), &folder.path().join("pets"));
    let found = "found class folders without train and test (ant, cat)";
    assert!(message.ends_with(found), "{message}");
    let commands = "mkdir ./pets-split && mv ./pets ./pets-split/train; then";
    assert!(hint.starts_with(commands), "{hint}");
}

#[test]
fn a_layout_one_folder_down_is_found() {
    let (message, hint) = renamed_to(&[("train", "pets/train"), ("test", "pets/test")]);
    assert!(
        message.ends_with("found it one folder down, in pets"),
        "{message}"
    );
    assert_eq!(hint, "give that folder: --data ./pets");
}

#[test]
fn an_archive_or_images_in_the_folder_are_named() {
    let folder = tempfile::tempdir().expect("a new folder");
    fs::write(folder.path().join("a.png"), "").expect("a new file");
    let (message, _) = said(folder.path(), folder.path());
    assert!(
        message.ends_with("found images without class folders"),
        "{message}"
    );
    fs::write(folder.path().join("my set.zip"), "").expect("a new file");
    let (message, hint) = said(folder.path(), folder.path());
    assert!(
        message.ends_with("found the archive my set.zip"),
        "{message}"
    );
    assert!(hint.starts_with("unpack it with: unzip '"), "{hint}");
}
