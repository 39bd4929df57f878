//! Pipes by the names of data: reading one would wait for a writer that never comes.

use std::process::Command;

use crate::scratch::Scratch;

fn pipe(scratch: &Scratch, name: &str) {
    let made = Command::new("mkfifo")
        .arg(scratch.path(name))
        .status()
        .unwrap();
    assert!(made.success());
}

#[test]
fn a_pipe_is_no_archive() {
    let scratch = Scratch::new();
    pipe(&scratch, "set.tar.gz");
    let said = scratch.run("data check set.tar.gz").failed_with(2);
    assert!(
        said.contains("expected a file or folder, found a pipe"),
        "{said}"
    );
}

#[test]
fn a_pipe_is_no_batch() {
    let scratch = Scratch::new();
    std::fs::remove_file(scratch.path("data/data_batch_2.bin")).unwrap();
    pipe(&scratch, "data/data_batch_2.bin");
    let said = scratch.run("data check data").failed_with(2);
    assert!(
        said.contains("data_batch_2.bin: expected a regular file"),
        "{said}"
    );
}

#[test]
fn a_pipe_is_no_picture() {
    let scratch = Scratch::new();
    scratch.class_folders(&["train/cat", "train/dog", "test/cat"]);
    pipe(&scratch, "classes/train/dog/b.png");
    let said = scratch.run("data check classes").failed_with(2);
    assert!(
        said.contains("found a pipe or a device\nhint: remove the file"),
        "{said}"
    );
    scratch.train("run", "--epochs 1");
    let line = "predict classes/train/dog/b.png --weights run/model.safetensors";
    let said = scratch.run(line).failed_with(2);
    assert!(said.contains("b.png: expected a regular file"), "{said}");
}

#[test]
fn nothing_is_downloaded_to_a_pipe_or_a_folder() {
    let scratch = Scratch::new();
    pipe(&scratch, "out");
    // Nothing listens on this port.
    for (name, found) in [("out", "a pipe or a device"), ("data", "a folder")] {
        let line = format!("data fetch --url http://127.0.0.1:9/x --out {name}");
        let said = scratch.run(&line).failed_with(2);
        assert!(
            said.contains(&format!(
                "{name}: expected a file to download to, found {found}"
            )),
            "{said}"
        );
        assert!(said.contains("--out"), "{said}");
    }
}

/// It would be replaced by a file.
#[test]
fn a_pipe_is_no_place_for_a_preview() {
    let scratch = Scratch::new();
    pipe(&scratch, "out.png");
    let line = "data preview --data synthetic --out out.png";
    let said = scratch.run(line).failed_with(2);
    assert!(said.contains("out.png: expected a regular file"), "{said}");
}
