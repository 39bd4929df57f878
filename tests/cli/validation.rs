//! A validation split: it chooses the best epoch, and the test images are kept for the end.

use crate::run_files::number;
use crate::scratch::{RECORD, Scratch, TEST, TRAINING};

fn validating() -> Scratch {
    let scratch = Scratch::new();
    scratch.experiment("tiny.toml", "seed = 1", "validation = 20\nseed = 1");
    scratch
}

#[test]
fn the_best_epoch_is_chosen_by_images_that_were_held_out() {
    let scratch = validating();
    scratch.train("run", "");
    let info = scratch.json("run/run.json");
    assert_eq!(info["training_images"], TRAINING - 20);
    assert_eq!(info["validation_images"], 20);
    assert_eq!(info["test_images"], TEST);
    let rows = scratch.metrics("run");
    for row in &rows {
        assert!(row.get("test_accuracy").is_none(), "{row}");
        // So many twentieths.
        let hits = number(row, "validation_accuracy") * 20.0;
        assert!((hits - hits.round()).abs() < 1e-6, "{row}");
    }
    let accuracy = |row: &serde_json::Value| number(row, "validation_accuracy");
    let highest = rows.iter().map(accuracy).fold(0.0, f64::max);
    let first = rows
        .iter()
        .position(|row| accuracy(row) == highest)
        .unwrap();
    let summary = scratch.json("run/summary.json");
    assert_eq!(summary["best_epoch"], first + 1);
    assert_eq!(summary["best_chosen_by"], "validation");
    assert_eq!(summary["images"], 6 * (TRAINING - 20));

    let judged = |weights: &str| {
        let line = format!("evaluate --weights run/{weights} --data data --json");
        scratch.run(&line).succeeded().json()
    };
    let evaluation = scratch.json("run/evaluation.json");
    assert_eq!(
        judged("best.safetensors")["accuracy"],
        summary["best_test_accuracy"]
    );
    assert_eq!(judged("best.safetensors")["nll"], evaluation["best"]["nll"]);
    assert_eq!(
        judged("model.safetensors")["accuracy"],
        summary["last_test_accuracy"]
    );
    assert_eq!(evaluation["training"]["images"], TRAINING - 20);
}

#[test]
fn test_labels_choose_nothing() {
    let scratch = validating();
    scratch.train("run", "");
    let mut bytes = scratch.read("data/test_batch.bin");
    for record in bytes.chunks_exact_mut(RECORD) {
        record[0] = (record[0] + 1) % 3;
    }
    scratch.write("data/test_batch.bin", bytes);
    scratch.train("other", "");
    assert_eq!(scratch.metrics("run"), scratch.metrics("other"));
    let summary = |run: &str| scratch.json(&format!("{run}/summary.json"));
    assert_eq!(summary("run")["best_epoch"], summary("other")["best_epoch"]);
    assert_ne!(
        summary("run")["last_test_loss"],
        summary("other")["last_test_loss"]
    );
    assert!(scratch.read("run/best.safetensors") == scratch.read("other/best.safetensors"));
}

#[test]
fn a_resumed_run_with_validation_matches_an_uninterrupted_one() {
    let scratch = validating();
    scratch.train("whole", "--epochs 4");
    scratch.train("run", "--epochs 2");
    scratch
        .run("train --resume run --epochs 4 --ui none")
        .succeeded();
    scratch.assert_same_runs("whole", "run");
}

#[test]
fn holding_out_every_image_is_refused() {
    let scratch = Scratch::new();
    for (images, found) in [("50", "found 50"), ("60000", "found 60000")] {
        let key = format!("validation = {images}\nseed = 1");
        scratch.experiment("tiny.toml", "seed = 1", &key);
        for line in [
            "train tiny.toml --data data --out run --ui none",
            "compare tiny.toml other.toml --data data --out both",
        ] {
            scratch.write("other.toml", scratch.read("tiny.toml"));
            let words = [
                "validation: expected fewer than the 50 training images",
                found,
            ];
            scratch.refused_for(line, &words);
        }
    }
}

#[test]
fn the_screen_names_the_validation_images() {
    let scratch = validating();
    let ended = scratch
        .run("train tiny.toml --data data --out run --epochs 1 --ui plain")
        .succeeded();
    assert!(
        ended
            .stdout
            .contains("30 training, 20 validation and 16 test images"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("  validation "), "{}", ended.stdout);
}
