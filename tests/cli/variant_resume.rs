//! Runs that use every table of the experiment resume.

use crate::run_files::number;
use crate::scratch::Scratch;
use crate::variants::{train, with_tables};

/// Batch norm's statistics, momentum, the schedule's step, and what manifold mixup draws.
const FULL: &str = "\
[network]
name = \"cnn-bn\"
widths = [2, 3]
hidden = 4

[augmentation]
flip = true
crop_padding = 2

[labels]
smoothing = 0.1
corrupted = 0.2

[mixing]
method = \"manifold\"
alpha = 1.0
probability = 0.7
partner = \"batch\"
layers = [\"input\", \"conv11\", \"conv21\"]

[loss]
name = \"cross-entropy\"

[optimizer]
name = \"sgd\"
learning_rate = 0.05
momentum = 0.9
nesterov = true
weight_decay = 1e-3
decayed = \"weights\"

[schedule]
name = \"step\"
milestones = [1, 3]
factor = 0.5
warm_up = 0.5";

/// What the other ways of mixing draw, Adam's moments, and a decay of weights alone.
const OTHERS: &str = "\
[mixing]
method = \"cutmix\"
alpha = 1.0
every = 2
lambda = \"batch\"

[optimizer]
name = \"adamw\"
learning_rate = 0.01
beta_1 = 0.9
beta_2 = 0.999
epsilon = 1e-8
weight_decay = 0.1
decayed = \"weights\"";

#[test]
fn resumed_runs_match_uninterrupted_ones() {
    for tables in [FULL, OTHERS] {
        let scratch = Scratch::new();
        with_tables(&scratch, "full.toml", tables);
        train(&scratch, "full.toml", "four", "--epochs 4");
        train(&scratch, "full.toml", "two", "--epochs 2");
        scratch
            .run("train --resume two --epochs 4 --ui none")
            .succeeded();
        assert_eq!(scratch.metrics("two"), scratch.metrics("four"));
        for file in [
            "model.safetensors",
            "best.safetensors",
            "predictions.csv",
            "evaluation.json",
        ] {
            let bytes = |run: &str| scratch.read(format!("{run}/{file}"));
            assert!(bytes("two") == bytes("four"), "{file}");
        }
        let judged = scratch
            .run("evaluate --weights four/model.safetensors --data data --json")
            .succeeded()
            .json();
        let summary = scratch.json("four/summary.json");
        assert_eq!(judged["accuracy"], summary["last_test_accuracy"]);
        // In batches of another size, so not bit for bit.
        let losses = [number(&judged, "loss"), number(&summary, "last_test_loss")];
        assert!((losses[0] - losses[1]).abs() < 1e-6, "{losses:?}");
    }
}
