//! Data that cannot be used: an error, a hint, exit code 2, and nothing written.

use std::fs;

use crate::handmade::{malicious_pickle, pickle};
use crate::scratch::{RECORD, Scratch};

/// Asserts that `data` is refused by every command that reads it, in words that have `expected`.
pub(crate) fn refused(scratch: &Scratch, data: &str, expected: &[&str]) {
    for line in [
        format!("train tiny.toml --data {data} --out run"),
        format!("train tiny.toml --data {data}"),
        format!("data check {data}"),
        format!("data preview --data {data}"),
    ] {
        scratch.refused_for(&line, expected);
    }
}

/// Replaces a file of the data by what `change` makes of its bytes.
fn changed(scratch: &Scratch, name: &str, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = scratch.read(name);
    change(&mut bytes);
    scratch.write(name, bytes);
}

#[test]
fn a_missing_path() {
    let scratch = Scratch::new();
    refused(
        &scratch,
        "nowhere",
        &[
            "error: nowhere: no such file or folder",
            "synthetic for built-in images",
        ],
    );
}

#[test]
fn an_empty_folder() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("empty")).unwrap();
    refused(
        &scratch,
        "empty",
        &[
            "error: empty: expected",
            "the files of a set",
            "found an empty folder",
        ],
    );
}

#[test]
fn a_batch_that_is_missing() {
    let scratch = Scratch::new();
    fs::remove_file(scratch.path("data/data_batch_4.bin")).unwrap();
    refused(&scratch, "data", &["found no data_batch_4.bin"]);
}

#[test]
fn a_batch_cut_in_the_middle_of_a_record() {
    let scratch = Scratch::new();
    changed(&scratch, "data/data_batch_2.bin", |bytes| {
        bytes.truncate(7 * RECORD + 1000);
    });
    refused(
        &scratch,
        "data",
        &["data_batch_2.bin: expected records of 3073 bytes, found 1000 bytes in record 7"],
    );
}

#[test]
fn a_label_of_200() {
    let scratch = Scratch::new();
    changed(&scratch, "data/test_batch.bin", |bytes| {
        bytes[3 * RECORD] = 200
    });
    refused(
        &scratch,
        "data",
        &[
            "test_batch.bin: expected a label from 0 to 9 in record 3",
            "found 200",
        ],
    );
}

#[test]
fn a_pickle_with_a_foreign_global_is_not_run() {
    let scratch = Scratch::new();
    let names: Vec<String> = (1..=5).map(|batch| format!("data_batch_{batch}")).collect();
    for name in names.iter().map(String::as_str).chain(["test_batch"]) {
        let records = scratch.read(format!("data/{name}.bin"));
        scratch.write(format!("pickles/{name}"), pickle(&records));
    }
    // Without the bad file all is well, so it is the bad file that is refused.
    scratch.run("data check pickles").succeeded();
    let command = "touch executed";
    scratch.write("pickles/data_batch_3", malicious_pickle(command));
    refused(
        &scratch,
        "pickles",
        &["data_batch_3: expected", "os.system"],
    );
    assert!(!scratch.path("executed").exists());
}

#[test]
fn class_folders_with_one_class() {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/cat", "test/cat"]);
    refused(
        &scratch,
        "classes",
        &["train: expected 2 to 65536 class folders, found 1"],
    );
}

#[test]
fn a_test_class_that_the_training_split_lacks() {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/cat", "train/dog", "test/cat", "test/frog"]);
    refused(
        &scratch,
        "classes",
        &["frog: expected a class that the training split has"],
    );
}

#[test]
fn a_text_file_named_png() {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/cat", "train/dog", "test/cat", "test/dog"]);
    scratch.run("data check classes").succeeded();
    scratch.write("classes/train/dog/b.png", "These are words.\n");
    refused(
        &scratch,
        "classes",
        &["b.png: expected an image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM)"],
    );
}

#[test]
fn all_broken_pictures_are_named() {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/cat", "train/dog", "test/cat", "test/dog"]);
    scratch.write("classes/train/dog/b.png", "These are words.\n");
    scratch.write("classes/test/cat/c.jpg", "");
    refused(
        &scratch,
        "classes",
        &[
            "error: classes: expected 6 images, found 2 that cannot be read: \
             train/dog/b.png (a file of another kind), test/cat/c.jpg (an empty file)",
            "hint: remove these files",
        ],
    );
}
