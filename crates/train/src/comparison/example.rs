//! Run folders as training leaves them, for tests that must not train.

use std::path::{Path, PathBuf};

use mixup_evidence::{ChosenBy, Measures, Outputs, TrainingMeasures};

use crate::comparison::plan::ComparisonPlan;
use crate::comparison::seeds::{Seeds, Shard};
use crate::experiment::Experiment;
use crate::learn::evaluation::Evaluation;
use crate::learn::evaluation::Prediction;
use crate::run::data::{DataSource, Provenance};
use crate::run::epoch_row::{EpochRow, HeldOut};
use crate::run::folder::RunFolder;
use crate::run::record::{Evaluations, RunInfo, Summary};

/// A file of the folder `experiments`.
pub(crate) fn experiment_file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../experiments");
    folder.join(name)
}

/// The article's experiment with two epochs.
pub(crate) fn mixup() -> Experiment {
    let experiment = Experiment::read(&experiment_file("mixup.toml")).unwrap();
    experiment.with(|file| file.epochs = 2).unwrap()
}

/// `mixup` against `baseline` in `folder`, with these seeds.
pub(crate) fn plan(folder: &Path, seeds: &str) -> ComparisonPlan {
    ComparisonPlan {
        arms: vec![
            ("mixup".into(), mixup()),
            ("baseline".into(), mixup().baseline().unwrap()),
        ],
        changes: vec![],
        seeds: seeds.parse::<Seeds>().unwrap(),
        source: DataSource::Synthetic,
        out: folder.into(),
        shard: Shard::WHOLE,
    }
}

/// The images that all runs here have.
pub(crate) fn data() -> Provenance {
    Provenance {
        source: "synthetic".into(),
        layout: "built-in images".into(),
        fingerprint: "0123456789abcdef".repeat(4),
        fingerprint_origin: None,
        passed_over: vec![],
    }
}

/// A run before it trains.
pub(crate) struct ExampleRun {
    pub(crate) experiment: Experiment,
    pub(crate) info: RunInfo,
}

impl ExampleRun {
    /// A run of `arm` with `seed`; the arm `baseline` mixes nothing.
    pub(crate) fn new(arm: &str, seed: u32) -> Self {
        let experiment = if arm == "baseline" {
            mixup().baseline().unwrap()
        } else {
            mixup()
        };
        let data = data();
        Self {
            experiment: experiment.with_seed(seed),
            info: RunInfo {
                version: env!("CARGO_PKG_VERSION").into(),
                experiment: arm.into(),
                device: "CPU (scalar, 1 thread)".into(),
                device_kind: "cpu".into(),
                threads: Some(1),
                pixel_storage: "bytes".into(),
                data: data.source,
                data_from_run: None,
                layout: data.layout,
                fingerprint: data.fingerprint,
                fingerprint_origin: None,
                shape: mixup_data::ImageShape::CIFAR10.into(),
                normalisation: None,
                start: None,
                training_images: 20,
                validation_images: 0,
                test_images: 4,
                classes: vec!["cat".into(), "dog".into()],
                seed,
                started_unix_seconds: 1,
            },
        }
    }

    /// Leaves a folder of a run that was stopped after `epochs` epochs.
    pub(crate) fn begun(self, path: &Path, epochs: usize) -> RunFolder {
        let folder = RunFolder::create(path, &self.experiment, &self.info).unwrap();
        let rows: Vec<EpochRow> = (1..=epochs).map(row).collect();
        folder.write_rows(&rows).unwrap();
        folder
    }

    /// Leaves a folder of a finished run with `right` of 4 test images predicted right.
    pub(crate) fn finished(self, path: &Path, right: usize) {
        let (epochs, seed) = (self.experiment.epochs, self.experiment.seed);
        let arm = self.info.experiment.clone();
        let test = evaluation(right);
        let summary = Summary {
            experiment: arm,
            seed,
            epochs,
            parameters: 10,
            last_test_accuracy: test.measures.accuracy,
            last_test_loss: test.loss,
            best_test_accuracy: 0.75,
            best_epoch: 1,
            best_chosen_by: ChosenBy::Test,
            images: 40,
            seconds: 2.0,
            cpu_seconds: Some(1.5),
        };
        let evaluations = Evaluations {
            test,
            raw: None,
            best: None,
            training: TrainingMeasures {
                images: 20,
                loss: 0.5,
                accuracy: 0.9,
            },
            robustness: None,
            corruptions: None,
        };
        let folder = self.begun(path, epochs);
        folder
            .finish(b"weights", None, &evaluations, &summary)
            .unwrap();
    }
}

fn row(epoch: usize) -> EpochRow {
    EpochRow {
        epoch,
        train_loss: 0.5,
        train_accuracy: 0.5,
        held_out: HeldOut::new(ChosenBy::Test, 0.5, 0.75),
        learning_rate: None,
        seconds: 1.0,
        cpu_seconds: None,
        images_per_second: 20.0,
    }
}

/// Of four images, two cats and two dogs; the first `right` are predicted right.
pub(crate) fn evaluation(right: usize) -> Evaluation {
    let labels = [0, 1, 0, 1];
    let predicted: Vec<u16> = labels
        .iter()
        .enumerate()
        .map(|(image, label)| if image < right { *label } else { 1 - label })
        .collect();
    let logits = predicted
        .iter()
        .flat_map(|class| if *class == 0 { [2.0, 0.0] } else { [0.0, 2.0] });
    let logits: Vec<f32> = logits.collect();
    Evaluation {
        loss: 0.5,
        measures: Measures::new(Outputs::Softmax, &logits, &labels, 2),
        predictions: labels
            .iter()
            .zip(&predicted)
            .map(|(label, predicted)| Prediction {
                label: *label,
                predicted: *predicted,
                probability: 0.75,
            })
            .collect(),
    }
}

/// A folder with the finished runs of a comparison. Of 4 images, `mixup` gets 3 right and `baseline` 2.
pub(crate) fn compared(seeds: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), seeds);
    plan.manifest().create(folder.path()).unwrap();
    for run in plan.runs() {
        let right = if run.arm == "baseline" { 2 } else { 3 };
        ExampleRun::new(&run.arm, run.experiment.seed).finished(&run.path, right);
    }
    folder
}
