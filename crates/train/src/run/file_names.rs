//! The names of the files in a run folder.

/// What is trained.
pub(crate) const EXPERIMENT: &str = "experiment.toml";
/// Program, data and device.
pub(crate) const RUN: &str = "run.json";
/// A row for each epoch.
pub(crate) const METRICS: &str = "metrics.jsonl";
/// The same as a table for other programs.
pub(crate) const METRICS_TABLE: &str = "metrics.csv";
/// The same for TensorBoard, which knows its files by `tfevents`.
pub(crate) const EVENTS: &str = "events.out.tfevents.mixup";
/// The folder of checkpoints.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// The last epoch's weights.
pub(crate) const MODEL: &str = "model.safetensors";
/// The last epoch's weights themselves, if `model.safetensors` has their average.
pub(crate) const RAW: &str = "raw.safetensors";
/// The best epoch's weights.
pub(crate) const BEST: &str = "best.safetensors";
/// A line for each test image.
pub(crate) const PREDICTIONS: &str = "predictions.csv";
/// Measures of the trained network.
pub(crate) const EVALUATION: &str = "evaluation.json";
/// Mixed pairs to look at.
pub(crate) const MIXED: &str = "mixed.json";
/// Mistakes on test images to look at.
pub(crate) const MISTAKES: &str = "mistakes.json";
/// The results; makes the run a finished one.
pub(crate) const SUMMARY: &str = "summary.json";
/// The lock of the process that trains.
pub(crate) const LOCK: &str = ".lock";

/// The files of a finished run, without its summary, its digests, and the copies that other programs read.
pub(crate) const FILES: [&str; 10] = [
    EXPERIMENT,
    RUN,
    METRICS,
    MODEL,
    RAW,
    BEST,
    PREDICTIONS,
    EVALUATION,
    MIXED,
    MISTAKES,
];
