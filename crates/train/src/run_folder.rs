//! The run folder: the only place that a run writes to.
//!
//! Every file appears whole: it is written beside its place and then renamed. `summary.json` is
//! written last, so a folder that has it is finished, and one that has not can be resumed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::experiment::Experiment;
use crate::failure::Failure;

const EXPERIMENT: &str = "experiment.toml";
const RUN: &str = "run.json";
const METRICS: &str = "metrics.jsonl";
const CHECKPOINT: &str = "checkpoint";
const MODEL: &str = "model.safetensors";
const BEST: &str = "best.safetensors";
const PREDICTIONS: &str = "predictions.csv";
const SUMMARY: &str = "summary.json";

/// `run.json`: under which circumstances a run was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The program's version.
    pub version: String,
    /// The name of the experiment file, without its ending.
    pub experiment: String,
    /// The device, in words.
    pub device: String,
    /// `cpu` or `gpu`: what a resumed run asks for.
    pub device_kind: String,
    /// How the images lie on the device.
    pub pixel_storage: String,
    /// Where the images come from, as `--data` takes it.
    pub data: String,
    /// The layout in which they were found.
    pub layout: String,
    /// SHA-256 over pixels and labels.
    pub fingerprint: String,
    /// Number of training images.
    pub training_images: usize,
    /// Number of test images.
    pub test_images: usize,
    /// The class of each label.
    pub classes: Vec<String>,
    /// Decides initial weights, order, partners and λ.
    pub seed: u32,
    /// Start, in seconds since 1970 (UTC).
    pub started_unix_seconds: u64,
}

/// A line of `metrics.jsonl`: what one epoch came to. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean loss over the training images, while their weights were changing.
    pub train_loss: f64,
    /// Share of training images whose larger label was predicted, likewise.
    pub train_accuracy: f64,
    /// Mean loss over the test images, after the epoch.
    pub test_loss: f64,
    /// Share of test images predicted right, after the epoch.
    pub test_accuracy: f64,
    /// Seconds for the training images.
    pub seconds: f64,
    /// Training images a second.
    pub images_per_second: f64,
}

/// `summary.json`: what a finished run came to. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The name of the experiment file, without its ending.
    pub experiment: String,
    /// The run's seed.
    pub seed: u32,
    /// Epochs trained.
    pub epochs: usize,
    /// Parameters of the network.
    pub parameters: usize,
    /// Test accuracy after the last epoch: the honest figure.
    pub last_test_accuracy: f64,
    /// Test loss after the last epoch.
    pub last_test_loss: f64,
    /// The highest test accuracy of any epoch; chosen by the test images, so it flatters.
    pub best_test_accuracy: f64,
    /// The first epoch that reached it.
    pub best_epoch: usize,
    /// Training images seen.
    pub images: usize,
    /// Seconds of training, without tests.
    pub seconds: f64,
}

/// One image's line in `predictions.csv`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The true class.
    pub label: u8,
    /// The class with the highest output.
    pub predicted: u8,
    /// That output's probability: its sigmoid, in `[0, 1]`.
    pub probability: f32,
}

/// An open run folder; while it is open no other process trains in it.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// Held for its lock.
    _lock: File,
}

impl RunFolder {
    /// Makes the folder at `path` with its first two files, whole or not at all.
    ///
    /// # Errors
    /// [`Failure::Usage`] where something other than an empty folder lies there, else
    /// [`Failure::File`].
    pub fn create(path: &Path, experiment: &Experiment, info: &RunInfo) -> Result<Self, Failure> {
        Self::check_free(path)?;
        let name = path.file_name().ok_or_else(|| {
            Failure::usage(
                format!("{}: expected a folder's name", path.display()),
                "name a new folder with --out",
            )
        })?;
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(Failure::file(parent))?;
        let staging = parent.join(format!(".{}.new", name.to_string_lossy()));
        // What a process that was killed here has left.
        let _ = fs::remove_dir_all(&staging);
        let fill = || {
            fs::create_dir_all(&staging).map_err(Failure::file(&staging))?;
            write_whole(&staging.join(EXPERIMENT), experiment.to_toml().as_bytes())?;
            write_whole(&staging.join(RUN), &json(info))?;
            if path.is_dir() {
                fs::remove_dir(path).map_err(Failure::file(path))?;
            }
            fs::rename(&staging, path).map_err(Failure::file(path))
        };
        fill().inspect_err(|_| {
            // The failure that matters is the first one.
            let _ = fs::remove_dir_all(&staging);
        })?;
        Self::lock(path)
    }

    /// Whether a new run may be made at `path`.
    ///
    /// # Errors
    /// [`Failure::Usage`] where something other than an empty folder lies there.
    pub fn check_free(path: &Path) -> Result<(), Failure> {
        let taken = match fs::read_dir(path) {
            Ok(mut entries) => entries.next().is_some(),
            Err(_) => path.exists(),
        };
        if !taken {
            return Ok(());
        }
        let hint = if path.join(RUN).is_file() {
            format!(
                "go on with it: mixup train --resume {}; or name a new folder with --out",
                path.display()
            )
        } else {
            "name a new folder with --out".into()
        };
        let message = format!(
            "{}: expected a new or empty folder, found other files",
            path.display()
        );
        Err(Failure::usage(message, hint))
    }

    /// Opens the run at `path`.
    ///
    /// # Errors
    /// [`Failure::Usage`] where it is no run, is damaged, or another process trains in it.
    pub fn open(path: &Path) -> Result<(Self, Experiment, RunInfo), Failure> {
        if !path.join(RUN).is_file() {
            let found = if path.exists() {
                "no run.json there"
            } else {
                "nothing there"
            };
            return Err(Failure::usage(
                format!("{}: expected a run folder, found {found}", path.display()),
                "give the folder that `mixup train` named when it started",
            ));
        }
        let folder = Self::lock(path)?;
        let experiment = Experiment::read(&path.join(EXPERIMENT))?;
        let info = read_json(&path.join(RUN))?;
        Ok((folder, experiment, info))
    }

    fn lock(path: &Path) -> Result<Self, Failure> {
        let file = path.join(RUN);
        let lock = File::open(&file).map_err(Failure::file(&file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.into(),
                _lock: lock,
            }),
            Err(fs::TryLockError::WouldBlock) => Err(Failure::usage(
                format!("{}: another mixup process trains there", path.display()),
                "wait for it, or name a new folder with --out",
            )),
            Err(fs::TryLockError::Error(error)) => Err(Failure::file(&file)(error)),
        }
    }

    /// Where the folder lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the checkpoints lie.
    pub fn checkpoint(&self) -> PathBuf {
        self.path.join(CHECKPOINT)
    }

    /// Whether the run has its summary.
    pub fn is_finished(&self) -> bool {
        self.path.join(SUMMARY).is_file()
    }

    /// The lines of `metrics.jsonl`; none where there is no such file yet.
    ///
    /// # Errors
    /// [`Failure::Usage`] where a line is damaged.
    pub fn rows(&self) -> Result<Vec<EpochRow>, Failure> {
        let path = self.path.join(METRICS);
        let Ok(text) = fs::read_to_string(&path) else {
            return Ok(vec![]);
        };
        text.lines()
            .map(|line| serde_json::from_str(line).map_err(|error| damaged(&path, &error)))
            .collect()
    }

    /// Replaces `metrics.jsonl`.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn write_rows(&self, rows: &[EpochRow]) -> Result<(), Failure> {
        let mut text = String::new();
        for row in rows {
            text += &serde_json::to_string(row).expect("numbers have a JSON form");
            text.push('\n');
        }
        write_whole(&self.path.join(METRICS), text.as_bytes())
    }

    /// Replaces `experiment.toml`, for a run that is to go on for more epochs.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn reopen(&self, experiment: &Experiment) -> Result<(), Failure> {
        let summary = self.path.join(SUMMARY);
        if self.is_finished() {
            fs::remove_file(&summary).map_err(Failure::file(&summary))?;
        }
        let path = self.path.join(EXPERIMENT);
        write_whole(&path, experiment.to_toml().as_bytes())
    }

    /// Where the best epoch's weights lie.
    pub fn best(&self) -> PathBuf {
        self.path.join(BEST)
    }

    /// Replaces the best epoch's weights.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn write_best(&self, safetensors: &[u8]) -> Result<(), Failure> {
        write_whole(&self.best(), safetensors)
    }

    /// Writes what a finished run has, its summary last.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn finish(
        &self,
        safetensors: &[u8],
        predictions: &[Prediction],
        summary: &Summary,
    ) -> Result<(), Failure> {
        write_whole(&self.path.join(MODEL), safetensors)?;
        let mut text = String::from("index,label,predicted,probability\n");
        for (index, line) in predictions.iter().enumerate() {
            let Prediction {
                label,
                predicted,
                probability,
            } = line;
            text += &format!("{index},{label},{predicted},{probability}\n");
        }
        write_whole(&self.path.join(PREDICTIONS), text.as_bytes())?;
        write_whole(&self.path.join(SUMMARY), &json(summary))
    }
}

/// Writes `bytes` beside `path` and renames them into place, so that `path` is never half a file.
///
/// # Errors
/// [`Failure::File`]; then nothing is left behind.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut staging = path.as_os_str().to_owned();
    staging.push(".new");
    let staging = PathBuf::from(staging);
    let write = || {
        let mut file = File::create(&staging)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&staging, path)
    };
    write().map_err(|error| {
        // The failure that matters is the first one.
        let _ = fs::remove_file(&staging);
        Failure::file(path)(error)
    })
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("numbers and strings have a JSON form");
    bytes.push(b'\n');
    bytes
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    serde_json::from_str(&text).map_err(|error| damaged(path, &error))
}

fn damaged(path: &Path, error: &serde_json::Error) -> Failure {
    Failure::usage(
        format!(
            "{}: expected a file as mixup writes it, found {error}",
            path.display()
        ),
        "start the run anew in another folder",
    )
}
