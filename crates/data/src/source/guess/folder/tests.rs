use super::*;
use crate::open;
use crate::source::folder::tests::class_folders;

/// The message and the hint for `path`. The folder that it lies in is written `.`.
fn said(folder: &Path, path: &Path) -> (String, String) {
    let error = open(path, &crate::ImageRequest::default(), &|_, _| {}).expect_err("no layout");
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
fn a_part_by_a_name_that_is_not_read_is_named() {
    for name in ["dev", "Eval"] {
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
        hint.starts_with("write split = 0.2 under [data]")
            && hint.contains("from ./train/CLASS to ./test/CLASS"),
        "{hint}"
    );
}

#[test]
fn training_images_by_a_name_that_is_not_read_are_renamed() {
    let (message, hint) = renamed_to(&[("train", "trn")]);
    assert!(message.ends_with("found trn"), "{message}");
    assert_eq!(hint, "rename with: mv ./trn ./train");
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
fn one_part_of_a_set_is_not_split_again() {
    let split = crate::ImageRequest {
        split: Some(crate::TestSplit {
            share: 0.5,
            seed: 1,
        }),
        ..crate::ImageRequest::default()
    };
    for (from, to, given) in [
        ("test", "test", "train"),
        ("test", "val", "train"),
        ("test", "dev", "train"),
        ("train", "Training", "Training"),
        ("test", "val", "val"),
    ] {
        let folder = class_folders();
        fs::rename(folder.path().join(from), folder.path().join(to)).expect("a folder");
        let error = open(&folder.path().join(given), &split, &|_, _| {}).expect_err("one part");
        let found = format!("found the folder {given} itself");
        assert!(error.to_string().ends_with(&found), "{error}");
    }
    // A folder train on its own may be all that there is.
    let folder = class_folders();
    fs::remove_dir_all(folder.path().join("test")).expect("a folder");
    for class in ["ant", "cat"] {
        let class = folder.path().join("train").join(class);
        fs::copy(class.join("a.png"), class.join("b.png")).expect("a new file");
    }
    assert!(open(&folder.path().join("train"), &split, &|_, _| {}).is_ok());
}

#[test]
fn class_folders_without_a_split_are_named() {
    let folder = class_folders();
    fs::rename(folder.path().join("train"), folder.path().join("pets")).expect("a folder");
    let (message, hint) = said(folder.path(), &folder.path().join("pets"));
    let found = "found class folders without train and test (ant, cat)";
    assert!(message.ends_with(found), "{message}");
    assert!(hint.starts_with("write split = 0.2 under [data]"), "{hint}");
    let commands = "or mkdir ./pets-split && mv ./pets ./pets-split/train, move";
    assert!(hint.contains(commands), "{hint}");
}

#[test]
fn of_several_sets_one_folder_down_one_must_be_given() {
    let folder = class_folders();
    for name in ["pets", "wild"] {
        for class in ["a", "b"] {
            let class = folder
                .path()
                .join("sets")
                .join(name)
                .join("train")
                .join(class);
            fs::create_dir_all(class).expect("a new folder");
        }
    }
    let (message, hint) = said(folder.path(), &folder.path().join("sets"));
    assert!(
        message.ends_with("found several, in pets and wild"),
        "{message}"
    );
    assert_eq!(
        hint,
        "give one of these folders, such as: --data ./sets/pets"
    );
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
    assert!(
        hint.starts_with("give the archive itself: --data '"),
        "{hint}"
    );
}

#[test]
fn arrays_by_other_names_are_named_with_those_of_a_set() {
    let folder = tempfile::tempdir().expect("a new folder");
    for name in ["labels.npy", "photos.npy"] {
        fs::write(folder.path().join(name), "").expect("a new file");
    }
    let (message, hint) = said(folder.path(), folder.path());
    assert_eq!(
        message,
        ".: expected the arrays train_images, train_labels, test_images and test_labels, found labels, photos"
    );
    assert!(
        hint.starts_with("save such arrays with numpy.savez"),
        "{hint}"
    );
    fs::write(folder.path().join("bloodmnist.npz"), "").expect("a new file");
    let (_, hint) = said(folder.path(), folder.path());
    assert_eq!(hint, "give the archive itself: --data ./bloodmnist.npz");
}

#[test]
fn a_set_several_folders_down_is_pointed_to() {
    let folder = tempfile::tempdir().expect("a new folder");
    let inner = class_folders();
    let deep = folder.path().join("my pets/2024/all");
    fs::create_dir_all(deep.parent().expect("a folder")).expect("a new folder");
    fs::rename(inner.path(), &deep).expect("a folder");
    let (message, hint) = said(folder.path(), folder.path());
    assert!(
        message.ends_with("found folders of pictures further down, in all"),
        "{message}"
    );
    assert_eq!(hint, "give this folder: --data './my pets/2024/all'");
    assert!(open(&deep, &crate::ImageRequest::default(), &|_, _| {}).is_ok());
}

#[test]
fn a_single_class_without_parts_is_named() {
    let folder = class_folders();
    fs::rename(folder.path().join("train/cat"), folder.path().join("cat")).expect("a folder");
    for part in ["train", "test"] {
        fs::remove_dir_all(folder.path().join(part)).expect("a folder");
    }
    let (message, hint) = said(folder.path(), folder.path());
    assert!(
        message.ends_with("found one class folder (cat)"),
        "{message}"
    );
    assert!(
        hint.ends_with("add the folder of another one next to ./cat"),
        "{hint}"
    );
    fs::write(folder.path().join("Labels.CSV"), "a.png,cat").expect("a new file");
    let (_, hint) = said(folder.path(), folder.path());
    let start = "labels in ./Labels.CSV are not read: move the pictures of each class";
    assert!(hint.starts_with(start), "{hint}");
}

#[test]
fn the_folder_of_one_class_has_its_set_as_a_way_out() {
    let folder = class_folders();
    let class = folder.path().join("train/cat");
    let (message, hint) = said(folder.path(), &class);
    assert!(
        message.ends_with("found images without class folders"),
        "{message}"
    );
    let start = "if this is the folder of one class, give that of the whole set: --data .; else put them into folders";
    assert!(hint.starts_with(start), "{hint}");

    // Classes without parts, and pictures that have no class at all.
    let flat = folder.path().join("flat");
    fs::rename(folder.path().join("train"), &flat).expect("a folder");
    let (_, hint) = said(folder.path(), &flat.join("ant"));
    assert!(
        hint.contains("the whole set: --data ./flat; else"),
        "{hint}"
    );
    fs::remove_dir_all(flat.join("ant")).expect("a folder");
    let (_, hint) = said(folder.path(), &flat.join("cat"));
    assert!(
        hint.starts_with("put them into folders: train/CLASS"),
        "{hint}"
    );
}
