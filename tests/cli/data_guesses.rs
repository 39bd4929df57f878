//! Data that is nearly in a known layout: the error says what was found, and the hint gives the way out.

use std::fs;

use crate::data_errors::refused;
use crate::handmade::{pickle, tar_gz};
use crate::scratch::Scratch;

const CLASSES: [&str; 4] = ["train/cat", "train/dog", "test/cat", "test/dog"];

/// Class folders at `classes`, with a folder or file renamed.
fn renamed(from: &str, to: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.class_folders(&CLASSES);
    fs::rename(scratch.path(from), scratch.path(to)).unwrap();
    scratch
}

/// Asserts that the images at `data` can be read, and that a line says this about them.
fn read_with_note(scratch: &Scratch, data: &str, note: &str) {
    let checked = scratch.run(&format!("data check {data}")).succeeded();
    let all = checked.stdout + &checked.stderr;
    assert_eq!(all.matches(note).count(), 1, "{note}: {all}");
}

#[test]
fn a_validation_split_in_place_of_the_test_images() {
    let scratch = renamed("classes/test", "classes/val");
    read_with_note(&scratch, "classes", "note: val holds the test images");
}

#[test]
fn a_split_in_capitals() {
    let scratch = renamed("classes/train", "classes/Train");
    read_with_note(&scratch, "classes", "note: Train holds the training images");
}

#[test]
fn classes_without_a_split() {
    refused(
        &renamed("classes/train", "my-classes"),
        "my-classes",
        &[
            "found class folders without train and test (cat, dog)",
            "mkdir my-classes-split && mv my-classes my-classes-split/train",
        ],
    );
}

#[test]
fn a_folder_one_level_up_and_one_level_down() {
    let scratch = Scratch::new();
    scratch.class_folders(&CLASSES);
    refused(
        &scratch,
        "classes/train",
        &[
            "found the folder train itself",
            "hint: give the folder that holds train and test: ",
        ],
    );
    fs::create_dir(scratch.path("outer")).unwrap();
    fs::rename(scratch.path("classes"), scratch.path("outer/classes")).unwrap();
    read_with_note(&scratch, "outer", "note: the images are those in classes");
}

#[test]
fn a_folder_that_a_zip_of_macos_makes() {
    let scratch = Scratch::new();
    scratch.class_folders(&CLASSES);
    scratch.write("classes/train/__MACOSX/cat/._a.png", "\0\u{5}\u{16}\u{7}");
    let checked = scratch.run("data check classes").succeeded();
    assert!(!checked.stdout.contains("MACOSX"), "{}", checked.stdout);
}

#[test]
fn archives_of_other_kinds() {
    let scratch = Scratch::new();
    for (name, bytes, found, hint) in [
        (
            "a.zip",
            &b"PK\x03\x04"[..],
            "expected a whole ZIP archive",
            "mixup data list",
        ),
        (
            "a.npz",
            b"PK\x03\x04",
            "expected a whole ZIP archive",
            "mixup data list",
        ),
        ("a.npy", b"\x93NUMPY", "a NumPy array", "train_images.npy"),
        ("a.tar.xz", b"\xfd7zXZ\0", "an xz file", "tar xf a.tar.xz"),
        (
            "b.tar.gz",
            b"<!DOCTYPE html>",
            "a web page (HTML)",
            "mixup data fetch",
        ),
    ] {
        scratch.write(name, bytes);
        scratch.refused_for(&format!("data check {name}"), &[found, hint]);
    }
}

#[test]
fn a_pickle_that_python_3_wrote() {
    let scratch = Scratch::new();
    let names: Vec<String> = (1..=5).map(|batch| format!("data_batch_{batch}")).collect();
    for name in names.iter().map(String::as_str).chain(["test_batch"]) {
        let records = scratch.read(format!("data/{name}.bin"));
        scratch.write(format!("pickles/{name}"), pickle(&records));
    }
    scratch.write(
        "pickles/data_batch_2",
        b"\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94.",
    );
    refused(
        &scratch,
        "pickles",
        &[
            "data_batch_2: expected a pickle as Python 2 wrote it for CIFAR-10, found protocol 4",
            "tofile('data_batch_1.bin')",
        ],
    );
}

#[test]
fn the_name_of_a_data_set_in_capitals() {
    let scratch = Scratch::new();
    for (name, hint) in [
        ("CIFAR10", "cifar10"),
        ("cifar-10", "cifar10"),
        ("Synthetic", "synthetic"),
    ] {
        let missing = "no such file or folder";
        let line = format!("data check {name}");
        scratch.refused_for(&line, &[missing, &format!(", write {hint}")]);
        let line = format!("train tiny.toml --data {name} --out run");
        scratch.refused_for(&line, &[missing, &format!(", write --data {hint}")]);
    }
}

/// Where the cache lies is the operating system's custom.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_by_the_name_of_the_download_is_not_taken_for_it() {
    let scratch = Scratch::new();
    let files: Vec<(String, Vec<u8>)> = scratch
        .names("data")
        .into_iter()
        .map(|name| {
            (
                format!("batches/{name}"),
                scratch.read(format!("data/{name}")),
            )
        })
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), &bytes[..]))
        .collect();
    scratch.write("home/cache/mixup/cifar-10-binary.tar.gz", tar_gz(&files));
    let said = scratch.run("data check cifar10").succeeded().stdout;
    assert!(!said.contains("note:"), "{said}");
    fs::create_dir(scratch.path("cifar10")).unwrap();
    let said = scratch.run("data check cifar10").succeeded().stdout;
    let note = "note: --data cifar10 is the download of CIFAR-10; for ./cifar10, which is here, write --data ./cifar10";
    assert!(said.starts_with(note), "{said}");
    // The note is no part of the result.
    let found = scratch.run("data check cifar10 --json").succeeded();
    assert_eq!(found.json()["layout"], "CIFAR-10, binary archive");
}
