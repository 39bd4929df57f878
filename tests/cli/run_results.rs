//! The figures of a run agree with each other and with the data.

use std::path::Path;

use crate::run_files::number;
use crate::scratch::{RECORD, Scratch, TEST, TRAINING};

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
fn run_json_records_version_device_seed_and_data() {
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
