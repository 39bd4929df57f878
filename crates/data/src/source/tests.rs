use tempfile::TempDir;

use super::*;
use crate::source::archive::tests::archive;
use crate::source::cifar::official::tests::{files, write};
use crate::source::folder::tests::class_folders;

fn open_at(path: &Path) -> Result<OpenedSource, String> {
    open(path, &ImageRequest::default(), &|_, _| {}).map_err(|error| error.to_string())
}

fn layout_at(path: &Path) -> Layout {
    open_at(path).expect("a good source").layout
}

fn message(folder: &TempDir) -> String {
    let here = format!("{}", folder.path().display());
    let error = open_at(folder.path()).expect_err("a bad source");
    error.replace(&here, ".")
}

fn new_folder() -> TempDir {
    tempfile::tempdir().expect("a new folder")
}

#[test]
fn every_layout_is_recognised_and_gives_the_same_images() {
    let folder = new_folder();
    let mut sets = Vec::new();
    for (form, name, packed_name) in [
        (
            Form::Binary,
            "CIFAR-10, binary layout",
            "CIFAR-10, binary archive",
        ),
        (
            Form::Python,
            "CIFAR-10, Python layout",
            "CIFAR-10, Python archive",
        ),
    ] {
        let path = folder.path().join(name);
        write(&path, &files(form));
        let file = folder.path().join("any name");
        fs::write(&file, archive(form)).expect("a new file");
        for (path, name) in [(path, name), (file, packed_name)] {
            let opened = open_at(&path).expect("a good source");
            assert_eq!(opened.layout, Layout::Cifar10(form));
            assert_eq!(opened.layout_name(), name);
            sets.push(opened.images);
        }
    }
    assert!(sets.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(layout_at(class_folders().path()), Layout::ClassFolders);
}

#[test]
fn an_unpacked_archive_is_found_in_its_folder() {
    let folder = new_folder();
    write(
        &folder.path().join("cifar-10-batches-py"),
        &files(Form::Python),
    );
    assert_eq!(layout_at(folder.path()), Layout::Cifar10(Form::Python));
    write(
        &folder.path().join("cifar-10-batches-bin"),
        &files(Form::Binary),
    );
    let both = ".: expected one layout of CIFAR-10, found both the binary and the Python layout";
    assert_eq!(message(&folder), both);
}

#[test]
fn two_layouts_in_one_folder_are_an_error() {
    let folder = new_folder();
    write(folder.path(), &files(Form::Binary));
    write(folder.path(), &files(Form::Python)[..1]);
    let both = ".: expected one layout of CIFAR-10, found both the binary and the Python layout";
    assert_eq!(message(&folder), both);
    let folder = class_folders();
    write(folder.path(), &files(Form::Binary));
    let found = "found both CIFAR-10 and class folders";
    assert!(message(&folder).ends_with(found));
}

#[test]
fn one_batch_is_enough_to_recognise_the_layout_and_name_what_is_missing() {
    let folder = new_folder();
    write(folder.path(), &files(Form::Python)[5..6]);
    let found = "found no data_batch_1, data_batch_2, data_batch_3, data_batch_4, data_batch_5";
    assert!(message(&folder).ends_with(found));
}

#[test]
fn a_folder_without_images_says_what_is_accepted() {
    let folder = new_folder();
    assert!(message(&folder).ends_with("found an empty folder"));
    fs::write(folder.path().join("notes.txt"), "").expect("a new file");
    let error = message(&folder);
    assert!(error.ends_with("found none of these"));
    assert!(error.contains("the files of a set") && error.contains("train/CLASS"));
    assert_eq!(error.lines().count(), 1);
}

#[test]
fn a_path_to_nothing_is_missing() {
    let path = new_folder().path().join("nothing");
    let error = open(&path, &ImageRequest::default(), &|_, _| {}).expect_err("nothing");
    assert!(matches!(error, DataError::Missing { path: missing } if missing == path));
}

#[cfg(unix)]
#[test]
fn links_of_the_users_own_are_followed() {
    let (folder, other) = (new_folder(), new_folder());
    write(folder.path(), &files(Form::Binary));
    for (name, _) in files(Form::Binary) {
        let (from, to) = (folder.path().join(&name), other.path().join(&name));
        std::os::unix::fs::symlink(from, to).expect("a new link");
    }
    assert_eq!(layout_at(other.path()), Layout::Cifar10(Form::Binary));
}

#[test]
fn progress_counts_the_batches_from_none_to_the_last() {
    let folder = new_folder();
    for form in [Form::Binary, Form::Python] {
        let (path, file) = (folder.path().join("files"), folder.path().join("archive"));
        write(&path, &files(form));
        fs::write(&file, archive(form)).expect("a new file");
        for source in [&path, &file] {
            let seen = std::sync::Mutex::new(Vec::new());
            open(source, &ImageRequest::default(), &|done, total| {
                assert_eq!(total, 6);
                seen.lock().expect("one thread").push(done);
            })
            .expect("a good source");
            let mut seen = seen.into_inner().expect("one thread");
            // The file of class names is also read, but it is not a batch.
            seen.dedup();
            assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
        }
        fs::remove_dir_all(path).expect("the folder");
    }
}
