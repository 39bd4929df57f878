//! What a run leaves in its folder, and what decides it.

use std::path::Path;

use crate::scratch::{RECORD, Scratch, TEST, TRAINING, number};

const FILES: [&str; 10] = [
    "best.safetensors",
    "checkpoint",
    "evaluation.json",
    "experiment.toml",
    "metrics.jsonl",
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
fn the_summary_agrees_with_the_epochs() {
    let scratch = Scratch::new();
    scratch.train("run", "");
    let rows = scratch.metrics("run");
    assert_eq!(rows.len(), 6);
    for (row, epoch) in rows.iter().zip(1..) {
        assert_eq!(row["epoch"], epoch);
        for (key, most) in [
            ("train_loss", 2.0),
            ("test_loss", 2.0),
            ("train_accuracy", 1.0),
            ("test_accuracy", 1.0),
        ] {
            assert!(
                (0.0..=most).contains(&number(row, key)),
                "{key}, epoch {epoch}"
            );
        }
    }
    let losses: Vec<f64> = rows.iter().map(|row| number(row, "train_loss")).collect();
    assert!(
        losses[5] < losses[0] / 2.0,
        "nothing was learnt: {losses:?}"
    );

    let summary = scratch.json("run/summary.json");
    assert_eq!(summary["experiment"], "tiny");
    assert_eq!(summary["seed"], 1);
    assert_eq!(summary["epochs"], 6);
    assert_eq!(summary["images"], 6 * TRAINING);
    // 2 x (3 x 9 + 1), three times 2 x (2 x 9 + 1), 4 x (2 x 25 + 1), 10 x (4 + 1).
    assert_eq!(summary["parameters"], 56 + 3 * 38 + 204 + 50);
    assert_eq!(summary["last_test_accuracy"], rows[5]["test_accuracy"]);
    let difference = number(&summary, "last_test_loss") - number(&rows[5], "test_loss");
    assert!(difference.abs() < 1e-6, "{difference}");
    let accuracies: Vec<f64> = rows
        .iter()
        .map(|row| number(row, "test_accuracy"))
        .collect();
    let best = accuracies.iter().copied().fold(0.0, f64::max);
    let first = accuracies
        .iter()
        .position(|accuracy| *accuracy == best)
        .unwrap();
    assert_eq!(number(&summary, "best_test_accuracy"), best);
    assert_eq!(summary["best_epoch"], first + 1);
}

#[test]
fn the_predictions_agree_with_the_summary_and_the_labels() {
    let scratch = Scratch::new();
    scratch.train("run", "");
    let text = String::from_utf8(scratch.read("run/predictions.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("index,label,predicted,probability"));
    let test = scratch.read("data/test_batch.bin");
    let mut right = 0;
    let mut count = 0;
    for (line, record) in lines.zip(test.chunks_exact(RECORD)) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), 4, "{line}");
        assert_eq!(cells[0], count.to_string());
        assert_eq!(cells[1], record[0].to_string());
        let probability: f64 = cells[3].parse().unwrap();
        assert!(probability > 0.0 && probability < 1.0, "{line}");
        right += usize::from(cells[1] == cells[2]);
        count += 1;
    }
    assert_eq!((count, text.lines().count()), (TEST, TEST + 1));
    let summary = scratch.json("run/summary.json");
    assert_eq!(
        number(&summary, "last_test_accuracy"),
        right as f64 / TEST as f64
    );
}

#[test]
fn run_json_tells_under_which_circumstances() {
    let scratch = Scratch::new();
    scratch.train("run", "");
    let info = scratch.json("run/run.json");
    assert_eq!(info["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(info["experiment"], "tiny");
    assert_eq!(info["device_kind"], "cpu");
    assert_eq!(info["seed"], 1);
    assert_eq!(info["layout"], "CIFAR-10, binary layout");
    assert_eq!(info["training_images"], TRAINING);
    assert_eq!(info["test_images"], TEST);
    assert_eq!(info["classes"].as_array().unwrap().len(), 10);
    // Whole, so that a resume from any folder finds it.
    let data = Path::new(info["data"].as_str().unwrap());
    assert!(
        data.is_absolute() && data.ends_with("data"),
        "{}",
        data.display()
    );
    let check = scratch.run("data check data --json").succeeded().json();
    assert_eq!(info["fingerprint"], check["fingerprint"]);
    assert!(number(&info, "started_unix_seconds") > 1.7e9);
}

#[test]
fn one_seed_is_one_result_and_another_seed_another() {
    let scratch = Scratch::new();
    scratch.train("one", "");
    scratch.train("again", "");
    scratch.assert_same_runs("one", "again");
    scratch.train("other", "--seed 2");
    assert_ne!(scratch.metrics("one"), scratch.metrics("other"));
    let weights = |run: &str| scratch.read(format!("{run}/model.safetensors"));
    assert!(weights("one") != weights("other"));
}

#[test]
fn mixing_changes_the_result_and_the_baseline_mixes_nothing() {
    let scratch = Scratch::new();
    scratch.train("mixup", "");
    scratch.experiment("baseline.toml", "alpha = 0.2", "alpha = 0.0");
    scratch.experiment(
        "other.toml",
        "alpha = 0.2\nevery = 2",
        "alpha = 0.0\nevery = 3",
    );
    for arm in ["baseline", "other"] {
        let line = format!("train {arm}.toml --data data --out {arm} --ui none");
        scratch.run(&line).succeeded();
    }
    assert_ne!(scratch.metrics("mixup"), scratch.metrics("baseline"));
    // Which images would be mixed is no matter where none is.
    assert_eq!(scratch.metrics("baseline"), scratch.metrics("other"));
    // Half of the images are mixed, so that the arms differ from the first epoch on.
    assert_ne!(scratch.metrics("mixup")[0], scratch.metrics("baseline")[0]);
}

#[test]
fn a_loss_that_is_no_number_ends_the_run_with_its_place() {
    let scratch = Scratch::new();
    // So small that every pixel becomes an infinity.
    let std = "std = [1e-45, 1e-45, 1e-45]";
    scratch.experiment("nan.toml", "std = [0.25, 0.25, 0.25]", std);
    let said = scratch
        .run("train nan.toml --data data --out run --ui none")
        .failed_with(1);
    let expected = "error: the training loss became NaN in epoch 1, iteration 1\n";
    assert!(said.starts_with(expected), "{said}");
    let begun = ["experiment.toml", "mixed.json", "run.json"];
    assert_eq!(scratch.names("run"), begun);
}

#[test]
fn all_kernels_train_the_same_network_up_to_rounding() {
    let scratch = Scratch::new();
    scratch.train("auto", "--epochs 1");
    let expected = scratch.metrics("auto");
    for (kernels, name) in [("burn", "Burn's own kernels"), ("scalar", "scalar kernels")] {
        let flags = format!("--epochs 1 --device cpu --kernels {kernels}");
        scratch.train(kernels, &flags);
        let device = scratch.json(&format!("{kernels}/run.json"))["device"].clone();
        assert!(device.as_str().unwrap().contains(name), "{device}");
        let found = scratch.metrics(kernels);
        for key in ["train_loss", "test_loss"] {
            let (found, expected) = (number(&found[0], key), number(&expected[0], key));
            assert!(
                (found / expected - 1.0).abs() < 1e-4,
                "{kernels}, {key}: {found} instead of {expected}"
            );
        }
    }
}
