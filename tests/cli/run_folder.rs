//! What a run writes into its folder, and which folders it takes.

use std::fs;

use crate::scratch::Scratch;

const FILES: [&str; 14] = [
    "SHA256SUMS",
    "best.safetensors",
    "checkpoint",
    "evaluation.json",
    "events.out.tfevents.mixup",
    "experiment.toml",
    "metrics.csv",
    "metrics.jsonl",
    "mistakes.json",
    "mixed.json",
    "model.safetensors",
    "predictions.csv",
    "run.json",
    "summary.json",
];

#[test]
fn a_run_leaves_its_files_and_nothing_else() {
    let scratch = Scratch::new();
    scratch.train("runs/one", "");
    assert_eq!(scratch.names("runs/one"), FILES);
    assert_eq!(scratch.names("runs"), ["one"]);
    assert_eq!(scratch.names(""), ["data", "runs", "tiny.toml"]);
    assert_eq!(scratch.names("runs/one/checkpoint"), ["epoch-6"]);
}

#[test]
fn a_folder_with_files_is_refused_and_stays_as_it_was() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    scratch.write("notes/mine.txt", "mine");
    for folder in ["run", "notes", "tiny.toml"] {
        let line = format!("train tiny.toml --data data --out {folder}");
        let expected = format!("error: {folder}: expected a new or empty folder");
        scratch.refused_for(&line, &[&expected]);
    }
    let line = "train tiny.toml --data data --out tiny.toml/run";
    scratch.refused_for(line, &["tiny.toml"]);
}

#[test]
fn an_empty_folder_is_free_for_a_run() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("empty")).unwrap();
    scratch.train("empty", "--epochs 1");
    assert_eq!(scratch.metrics("empty").len(), 1);
}

#[test]
fn a_loss_of_nan_is_reported_with_its_epoch_and_iteration() {
    let scratch = Scratch::new();
    scratch.diverging_experiment("nan.toml");
    let said = scratch
        .run("train nan.toml --data data --out run --ui none")
        .failed_with(1);
    let expected = "error: the training loss became NaN in epoch 1, iteration 1\n";
    assert!(said.starts_with(expected), "{said}");
    let begun = [
        "events.out.tfevents.mixup",
        "experiment.toml",
        "mixed.json",
        "run.json",
    ];
    assert_eq!(scratch.names("run"), begun);
}
