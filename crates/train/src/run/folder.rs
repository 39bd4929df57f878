//! The run folder: the only place that a run writes to.
//!
//! Every file appears whole: it is written under another name and then renamed. `summary.json` is
//! written last, so a folder that has it is finished, and one that has not can be resumed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::evaluation::Prediction;
use crate::run::record::{EpochRow, Evaluations, RunInfo, Summary};

const EXPERIMENT: &str = "experiment.toml";
const RUN: &str = "run.json";
const METRICS: &str = "metrics.jsonl";
const CHECKPOINT: &str = "checkpoint";
const MODEL: &str = "model.safetensors";
const BEST: &str = "best.safetensors";
const PREDICTIONS: &str = "predictions.csv";
const EVALUATION: &str = "evaluation.json";
const MIXED: &str = "mixed.json";
const SUMMARY: &str = "summary.json";
const LOCK: &str = ".lock";
/// How long a killed process may take to give its lock back.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
/// What may lie in a folder that is not yet a run.
const BEFORE_RUN: [&str; 4] = [LOCK, EXPERIMENT, "experiment.toml.new", "run.json.new"];

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

    /// The lines of `metrics.jsonl`; empty if there is no such file yet.
    ///
    /// # Errors
    /// [`Failure::Usage`] where a line is damaged.
    pub fn rows(&self) -> Result<Vec<EpochRow>, Failure> {
        read_rows(&self.path.join(METRICS))
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

    /// Replaces `run.json`, for a run that goes on under other circumstances.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn write_info(&self, info: &RunInfo) -> Result<(), Failure> {
        write_whole(&self.path.join(RUN), &json(info))
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

    /// Whether it has its mixed pairs.
    pub fn has_mixed_pairs(&self) -> bool {
        self.path.join(MIXED).is_file()
    }

    /// Writes mixed pairs to look at.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn write_mixed_pairs(&self, pairs: &[mixup_evidence::MixedPair]) -> Result<(), Failure> {
        write_whole(&self.path.join(MIXED), &json(&pairs))
    }

    /// Writes what a finished run has, its summary last.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn finish(
        &self,
        safetensors: &[u8],
        evaluations: &Evaluations,
        summary: &Summary,
    ) -> Result<(), Failure> {
        write_whole(&self.path.join(MODEL), safetensors)?;
        let mut text = String::from("index,label,predicted,probability\n");
        for (index, line) in evaluations.test.predictions.iter().enumerate() {
            let Prediction {
                label,
                predicted,
                probability,
            } = line;
            text += &format!("{index},{label},{predicted},{probability}\n");
        }
        write_whole(&self.path.join(PREDICTIONS), text.as_bytes())?;
        write_whole(&self.path.join(EVALUATION), &json(evaluations))?;
        write_whole(&self.path.join(SUMMARY), &json(summary))
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // A lock file that stays is taken over by the next process.
        let _ = fs::remove_file(self.path.join(LOCK));
    }
}

/// Writes `bytes` to a file next to `path` and renames it, so that `path` is never half a file.
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

/// What a run folder says, read without opening it for training.
pub struct Record {
    /// What was trained.
    pub experiment: Experiment,
    /// Under which circumstances.
    pub info: RunInfo,
    /// What each epoch came to.
    pub rows: Vec<EpochRow>,
    /// What it came to, where it is finished.
    pub summary: Option<Summary>,
}

impl Record {
    /// Reads the run at `path`.
    ///
    /// # Errors
    /// [`Failure::Usage`] where it is no run or is damaged, else [`Failure::File`].
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let summary = path.join(SUMMARY);
        Ok(Self {
            experiment: Experiment::read(&path.join(EXPERIMENT))?,
            info: read_json(&path.join(RUN))?,
            rows: read_rows(&path.join(METRICS))?,
            summary: summary.is_file().then(|| read_json(&summary)).transpose()?,
        })
    }
}

/// `evaluation.json` and the lines of `predictions.csv` of the finished run at `path`; `None` if it
/// was finished by a version that wrote no such file.
///
/// # Errors
/// [`Failure::Usage`] where a file is damaged, else [`Failure::File`].
pub fn read_evaluations(path: &Path) -> Result<Option<Evaluations>, Failure> {
    let file = path.join(EVALUATION);
    if !file.is_file() {
        return Ok(None);
    }
    let mut evaluations: Evaluations = read_json(&file)?;
    let file = path.join(PREDICTIONS);
    let mut reader = csv::Reader::from_path(&file).map_err(|error| damaged(&file, &error))?;
    evaluations.test.predictions = reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| damaged(&file, &error))?;
    Ok(Some(evaluations))
}

/// The mixed pairs that the run at `path` keeps to look at, if it does.
///
/// # Errors
/// [`Failure::Usage`] where the file is damaged.
pub fn read_mixed_pairs(path: &Path) -> Result<Vec<mixup_evidence::MixedPair>, Failure> {
    let file = path.join(MIXED);
    if !file.is_file() {
        return Ok(vec![]);
    }
    read_json(&file)
}

/// Whether a run lies at `path`.
pub fn is_run(path: &Path) -> bool {
    path.join(RUN).is_file()
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("numbers and strings have a JSON form");
    bytes.push(b'\n');
    bytes
}

pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file(path))?;
    serde_json::from_str(&text).map_err(|error| damaged(path, &error))
}

fn read_rows(path: &Path) -> Result<Vec<EpochRow>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(error) => return Err(Failure::file(path)(error)),
    };
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| damaged(path, &error)))
        .collect()
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Failure {
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
    fn whole_files_replace_and_leave_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
