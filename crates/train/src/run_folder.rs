//! The run folder: the only place that a run writes to.
//!
//! Every file appears whole: it is written beside its place and then renamed. `summary.json` is
//! written last, so a folder that has it is finished, and one that has not can be resumed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
const LOCK: &str = ".lock";
/// How long a killed process may take to give its lock back.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
/// What may lie in a folder that is not yet a run.
const BEFORE_RUN: [&str; 4] = [LOCK, EXPERIMENT, "experiment.toml.new", "run.json.new"];

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

/// `value` to 12 decimals, which any JSON reader gives back bit for bit.
///
/// Readers that are fast rather than exact round a number of 16 or 17 digits twice; a resumed run
/// reads its rows and must not change them.
pub fn to_12_decimals(value: f64) -> f64 {
    (value * 1e12).round() / 1e12
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
    /// Makes the folder at `path` with its first two files, or nothing.
    ///
    /// # Errors
    /// [`Failure::Usage`] where something other than an empty folder lies there, else
    /// [`Failure::File`].
    pub fn create(path: &Path, experiment: &Experiment, info: &RunInfo) -> Result<Self, Failure> {
        Self::check_free(path)?;
        let is_new = !path.exists();
        fs::create_dir_all(path).map_err(Failure::file(path))?;
        let fill = || {
            let folder = Self::lock(path)?;
            write_whole(&path.join(EXPERIMENT), experiment.to_toml().as_bytes())?;
            // Makes it a run.
            write_whole(&path.join(RUN), &json(info))?;
            Ok(folder)
        };
        fill().inspect_err(|_| {
            // The failure that matters is the first one.
            for name in BEFORE_RUN {
                let _ = fs::remove_file(path.join(name));
            }
            if is_new {
                let _ = fs::remove_dir(path);
            }
        })
    }

    /// Whether a new run may be made at `path`.
    ///
    /// A folder in which a process was killed before it was a run is free.
    ///
    /// # Errors
    /// [`Failure::Usage`] where something other than an empty folder lies there.
    pub fn check_free(path: &Path) -> Result<(), Failure> {
        let taken = match fs::read_dir(path) {
            Ok(entries) => entries.flatten().any(|entry| {
                let name = entry.file_name();
                !BEFORE_RUN.iter().any(|known| name == *known)
            }),
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
        let file = path.join(LOCK);
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&file)
            .map_err(Failure::file(&file))?;
        let start = Instant::now();
        // Some network file systems have no locks; a run there goes without.
        while let Err(fs::TryLockError::WouldBlock) = lock.try_lock() {
            if start.elapsed() > LOCK_PATIENCE {
                return Err(Failure::usage(
                    format!("{}: another mixup process trains there", path.display()),
                    "wait for it, or name a new folder with --out",
                ));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Self {
            path: path.into(),
            _lock: lock,
        })
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
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
            Err(error) => return Err(Failure::file(&path)(error)),
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

impl Drop for RunFolder {
    fn drop(&mut self) {
        // A lock file that stays is taken over by the next process.
        let _ = fs::remove_file(self.path.join(LOCK));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_survives_its_own_text_bit_for_bit() {
        for number in 0..2000_u32 {
            let value = to_12_decimals(0.1 + f64::from(number) / 7919.0);
            let row = EpochRow {
                epoch: 1,
                train_loss: value,
                train_accuracy: value,
                test_loss: value,
                test_accuracy: value,
                seconds: value * 100.0,
                images_per_second: 1.0,
            };
            let text = serde_json::to_string(&row).unwrap();
            let read: EpochRow = serde_json::from_str(&text).unwrap();
            assert_eq!(read.test_loss.to_bits(), value.to_bits(), "{text}");
        }
    }

    #[test]
    fn whole_files_replace_and_leave_nothing_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
