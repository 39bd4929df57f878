//! Runs that end early: `patience`.

use std::collections::BTreeSet;

use crate::run_files::number;
use crate::scratch::Scratch;

/// Weights that stand still never become better, so the first epoch is the best one.
const STILL: &str = "--set validation=20 --set optimizer.learning_rate=1e-30";

#[test]
fn a_run_ends_when_nothing_becomes_better() {
    let scratch = Scratch::new();
    let line = format!(
        "train tiny.toml --data data --epochs 9 --set patience=2 {STILL} --out run --ui plain"
    );
    let said = scratch.run(&line).succeeded().stdout;
    assert!(
        said.contains(
            "ended after epoch 3 of 9: no better accuracy on the validation images since epoch 1"
        ),
        "{said}"
    );
    assert_eq!(scratch.metrics("run").len(), 3);
    let summary = scratch.json("run/summary.json");
    assert_eq!(
        [number(&summary, "epochs"), number(&summary, "best_epoch")],
        [3.0, 1.0]
    );
    let listed = scratch.run("runs run").succeeded().stdout;
    assert!(
        listed.contains("3/9") && listed.contains("finished"),
        "{listed}"
    );
    scratch.refused_for(
        "train --resume run --epochs 12",
        &[
            "run: expected an unfinished run, found one that ended after epoch 3, with patience 2",
            "--set patience=4",
        ],
    );
}

#[test]
fn a_run_that_is_resumed_ends_at_the_same_epoch() {
    let scratch = Scratch::new();
    let flags = format!("--set patience=3 {STILL}");
    scratch.train("whole", &format!("--epochs 9 {flags}"));
    scratch.train("two", &format!("--epochs 2 {flags}"));
    scratch
        .run("train --resume two --epochs 9 --ui none")
        .succeeded();
    assert_eq!(scratch.metrics("whole").len(), 4);
    scratch.assert_same_runs("two", "whole");
}

#[test]
fn runs_of_a_comparison_may_end_at_different_epochs() {
    let scratch = Scratch::new();
    scratch.experiment("plain.toml", "alpha = 0.2", "alpha = 0.0");
    let flags = "--set validation=20 --set patience=2 --epochs 8 --trials 6 --out pair --ui none";
    let line = format!("compare tiny.toml plain.toml --data data {flags}");
    scratch.run(&line).succeeded();
    let report = scratch.json("pair/report.json");
    let runs = report["arms"].as_array().unwrap().iter();
    let runs = runs.flat_map(|arm| arm["runs"].as_array().unwrap());
    let epochs: BTreeSet<usize> = runs
        .map(|run| run["epochs"].as_array().unwrap().len())
        .collect();
    assert!(epochs.len() > 1, "{epochs:?}");
    let page = String::from_utf8(scratch.read("pair/report.html")).unwrap();
    assert!(page.contains("Runs could end early"), "no word of it");
    // Finished runs are kept as they are.
    let written = || {
        let file = scratch.path("pair/tiny/seed-1/summary.json");
        std::fs::metadata(file).unwrap().modified().unwrap()
    };
    let before = written();
    scratch.run(&line).succeeded();
    assert_eq!(written(), before);
}

#[test]
fn a_run_whose_patience_ends_with_its_last_epoch_is_not_made_longer() {
    let scratch = Scratch::new();
    scratch.train("run", &format!("--epochs 3 --set patience=2 {STILL}"));
    scratch.refused_for(
        "train --resume run --epochs 9",
        &["found one that ended after epoch 3, with patience 2"],
    );
    assert!(scratch.path("run/summary.json").exists());
}

#[test]
fn test_images_do_not_decide() {
    Scratch::new().refused_for(
        "train tiny.toml --data data --set patience=2",
        &[
            "patience: expected validation images to decide when a run ends, found none with patience 2",
            "--set validation=1000",
        ],
    );
}
