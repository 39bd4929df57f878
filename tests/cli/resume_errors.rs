//! Runs that cannot be resumed as asked: an error, a hint, exit code 2, and the run left as it was.

use std::fs;

use crate::scratch::Scratch;
use crate::variants::{train, with_tables};

/// Asserts that `line` is refused for a folder that is no run.
fn refused_as_no_run(folder: &str) {
    let line = format!("train --resume {folder}");
    Scratch::new().refused_for(&line, &[&format!("{folder}: expected a run folder")]);
}

#[test]
fn a_folder_of_data() {
    refused_as_no_run("data");
}

#[test]
fn a_missing_folder() {
    refused_as_no_run("nowhere");
}

#[test]
fn a_file() {
    refused_as_no_run("tiny.toml");
}

#[test]
fn a_finished_run_needs_more_epochs() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    for flags in ["", "--epochs 2", "--epochs 1"] {
        let line = format!("train --resume run {flags}");
        let expected = [
            "expected an unfinished run",
            "all its 2 epochs",
            "--epochs 3",
        ];
        scratch.refused_for(&line, &expected);
    }
}

#[test]
fn a_run_of_another_experiment() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    scratch.experiment("other.toml", "alpha = 0.2", "alpha = 0.4");
    scratch.refused_for(
        "train other.toml --resume run --epochs 3",
        &["run: expected a run of other.toml", "mixing.alpha"],
    );
}

/// Epochs may differ, because `--epochs` may change them.
#[test]
fn the_same_experiment_with_other_epochs_is_taken() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    scratch.experiment("same.toml", "epochs = 6", "epochs = 9");
    scratch
        .run("train same.toml --resume run --epochs 3 --ui none")
        .succeeded();
    assert_eq!(scratch.metrics("run").len(), 3);
}

#[test]
fn a_run_on_other_images() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    fs::create_dir(scratch.path("others")).unwrap();
    for name in scratch.names("data") {
        scratch.write(
            format!("others/{name}"),
            scratch.read(format!("data/{name}")),
        );
    }
    let mut batch = scratch.read("others/data_batch_1.bin");
    batch[1] ^= 1;
    scratch.write("others/data_batch_1.bin", batch);
    scratch.refused_for(
        "train --resume run --epochs 4 --data others",
        &[
            "others: expected images with fingerprint",
            "the run was trained on",
        ],
    );
}

#[test]
fn a_damaged_checkpoint() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let checkpoint = "run/checkpoint/epoch-2/model.bpk";
    let bytes = scratch.read(checkpoint);
    scratch.write(checkpoint, &bytes[..bytes.len() / 2]);
    scratch.refused_for(
        "train --resume run --epochs 3",
        &["model.bpk: damaged checkpoint"],
    );
}

#[test]
fn a_checkpoint_of_another_network() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let text = String::from_utf8(scratch.read("run/experiment.toml")).unwrap();
    assert!(text.contains("hidden = 4"), "{text}");
    scratch.write(
        "run/experiment.toml",
        text.replace("hidden = 4", "hidden = 5"),
    );
    std::fs::remove_file(scratch.path("run/checkpoint/epoch-2/SHA256SUMS")).unwrap();
    scratch.refused_for(
        "train --resume run --epochs 3",
        &[
            "model.bpk",
            "expected a checkpoint of the experiment's network",
            "found another",
        ],
    );
    assert!(scratch.path("run/summary.json").exists());
}

/// Asserts that a run with `tables` cannot be made longer.
fn refused_beyond_the_end(tables: &str) {
    let scratch = Scratch::new();
    with_tables(&scratch, "fixed.toml", tables);
    train(&scratch, "fixed.toml", "run", "--epochs 2");
    scratch.refused_for(
        "train --resume run --epochs 4",
        &[
            "--epochs 4",
            "own 2 epochs",
            "looks ahead",
            "start a new run",
        ],
    );
}

#[test]
fn more_epochs_of_a_cosine() {
    refused_beyond_the_end("[schedule]\nname = \"cosine\"\nend_factor = 0.0");
}

#[test]
fn more_epochs_with_mixing_off_for_the_last() {
    refused_beyond_the_end("[mixing]\nalpha = 1.0\nevery = 1\noff_for_last = 1");
}
