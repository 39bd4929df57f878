//! The run folder: the only place that a run writes to.
//!
//! Every file appears whole: it is written under another name and then renamed. `summary.json` is
//! written last, so a folder that has it is finished, and one that has not can be resumed.

use std::path::{Path, PathBuf};

use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files::{
    self, File, damaged, json_line, json_text, read_json, read_text, read_text_or_empty,
    write_whole,
};
use crate::learn::evaluation::Prediction;
use crate::run::epoch_row::EpochRow;
use crate::run::record::{Evaluations, RunInfo, Summary};
use crate::shell::quoted;

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
/// What may lie in a folder that is not yet a run.
const BEFORE_RUN: [&str; 4] = [LOCK, EXPERIMENT, "experiment.toml.new", "run.json.new"];

/// An open run folder; while it is open no other process trains in it.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    /// Held for its lock.
    _lock: File,
}

impl RunFolder {
    /// Makes the folder at `path` with its first two files, or nothing. Of several processes that do so at
    /// once, one succeeds and the others change nothing.
    ///
    /// # Errors
    /// [`Failure::Usage`] if something other than an empty folder lies there, else
    /// [`Failure::File`].
    pub(crate) fn create(
        path: &Path,
        experiment: &Experiment,
        info: &RunInfo,
    ) -> Result<Self, Failure> {
        Self::check_free(path)?;
        let is_new = !path.exists();
        files::create_folder(path)?;
        let remove_if_empty = || {
            if is_new {
                let _ = files::remove_empty_folder(path);
            }
        };
        let folder = Self::lock(path).inspect_err(|_| remove_if_empty())?;
        // While this process waited for the lock, another one may have trained here.
        Self::check_free(path)?;
        let fill = || {
            write_whole(&path.join(EXPERIMENT), experiment.to_toml().as_bytes())?;
            // Makes it a run.
            write_whole(&path.join(RUN), json_text(info).as_bytes())
        };
        fill().inspect_err(|_| {
            // With the lock, these files are this process's own. The failure that matters is the first one.
            for name in BEFORE_RUN {
                let _ = files::remove_file(&path.join(name));
            }
            remove_if_empty();
        })?;
        Ok(folder)
    }

    /// Whether a new run may be made at `path`.
    ///
    /// A folder in which a process was killed before it was a run is free.
    ///
    /// # Errors
    /// [`Failure::Usage`] if something other than an empty folder lies there.
    pub(crate) fn check_free(path: &Path) -> Result<(), Failure> {
        let taken = match files::names_in(path) {
            Ok(names) => names
                .iter()
                .any(|name| !BEFORE_RUN.iter().any(|known| name == known)),
            Err(_) => path.exists(),
        };
        if !taken {
            return Ok(());
        }
        let hint = if path.join(RUN).is_file() {
            format!(
                "resume it: mixup train --resume {}; or name a new folder with --out",
                quoted(path)
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
    /// [`Failure::Usage`] if it is no run, is damaged, or another process trains in it.
    pub(crate) fn open(path: &Path) -> Result<(Self, Experiment, RunInfo), Failure> {
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
        let Some(lock) = files::lock(&path.join(LOCK))? else {
            return Err(Failure::usage(
                format!("{}: another mixup process trains there", path.display()),
                "wait for it, or name a new folder with --out",
            ));
        };
        Ok(Self {
            path: path.into(),
            _lock: lock,
        })
    }

    /// Where the folder lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the checkpoints lie.
    pub(crate) fn checkpoint(&self) -> PathBuf {
        self.path.join(CHECKPOINT)
    }

    /// Whether the run has its summary.
    pub(crate) fn is_finished(&self) -> bool {
        self.path.join(SUMMARY).is_file()
    }

    /// The lines of `metrics.jsonl`; empty if there is no such file yet.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a line is damaged.
    pub(crate) fn rows(&self) -> Result<Vec<EpochRow>, Failure> {
        read_rows(&self.path.join(METRICS))
    }

    /// Replaces `metrics.jsonl`.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_rows(&self, rows: &[EpochRow]) -> Result<(), Failure> {
        let mut text = String::new();
        for row in rows {
            text += &json_line(row);
            text.push('\n');
        }
        write_whole(&self.path.join(METRICS), text.as_bytes())
    }

    /// Replaces `experiment.toml`, to extend a run to more epochs.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn reopen(&self, experiment: &Experiment) -> Result<(), Failure> {
        let summary = self.path.join(SUMMARY);
        if self.is_finished() {
            files::remove_file(&summary)?;
        }
        let path = self.path.join(EXPERIMENT);
        write_whole(&path, experiment.to_toml().as_bytes())
    }

    /// Replaces `run.json`, after a run is resumed with another version or device.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_info(&self, info: &RunInfo) -> Result<(), Failure> {
        write_whole(&self.path.join(RUN), json_text(info).as_bytes())
    }

    /// Where the best epoch's weights lie.
    pub(crate) fn best(&self) -> PathBuf {
        self.path.join(BEST)
    }

    /// Replaces the best epoch's weights.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_best(&self, safetensors: &[u8]) -> Result<(), Failure> {
        write_whole(&self.best(), safetensors)
    }

    /// Whether it has its mixed pairs.
    pub(crate) fn has_mixed_pairs(&self) -> bool {
        self.path.join(MIXED).is_file()
    }

    /// Writes mixed pairs to look at.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_mixed_pairs(
        &self,
        pairs: &[mixup_evidence::MixedPair],
    ) -> Result<(), Failure> {
        write_whole(&self.path.join(MIXED), json_text(&pairs).as_bytes())
    }

    /// Writes what a finished run has, its summary last.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn finish(
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
        write_whole(
            &self.path.join(EVALUATION),
            json_text(evaluations).as_bytes(),
        )?;
        write_whole(&self.path.join(SUMMARY), json_text(summary).as_bytes())
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // A lock file that stays is taken over by the next process.
        let _ = files::remove_file(&self.path.join(LOCK));
    }
}

/// `run.json` of the run in the folder at `path`; `None` if that is no run folder.
///
/// # Errors
/// [`Failure::Usage`] if the file is damaged, else [`Failure::File`].
pub(crate) fn read_info(path: &Path) -> Result<Option<RunInfo>, Failure> {
    let file = path.join(RUN);
    file.is_file().then(|| read_json(&file)).transpose()
}

/// What a run folder says, read without opening it for training.
pub(crate) struct Record {
    /// What was trained.
    pub experiment: Experiment,
    /// Version, data and device.
    pub info: RunInfo,
    /// The result of each epoch.
    pub rows: Vec<EpochRow>,
    /// The summary, if the run is finished.
    pub summary: Option<Summary>,
}

impl Record {
    /// Reads the run at `path`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it is no run or is damaged, else [`Failure::File`].
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
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
/// [`Failure::Usage`] if a file is damaged, else [`Failure::File`].
pub(crate) fn read_evaluations(path: &Path) -> Result<Option<Evaluations>, Failure> {
    let file = path.join(EVALUATION);
    if !file.is_file() {
        return Ok(None);
    }
    let mut evaluations: Evaluations = read_json(&file)?;
    let file = path.join(PREDICTIONS);
    let text = read_text(&file).map_err(|error| damaged(&file, &error))?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    evaluations.test.predictions = reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| damaged(&file, &error))?;
    Ok(Some(evaluations))
}

/// The mixed pairs that the run at `path` keeps to look at, if it does.
///
/// # Errors
/// [`Failure::Usage`] if the file is damaged.
pub(crate) fn read_mixed_pairs(path: &Path) -> Result<Vec<mixup_evidence::MixedPair>, Failure> {
    let file = path.join(MIXED);
    if !file.is_file() {
        return Ok(vec![]);
    }
    read_json(&file)
}

/// Whether a run lies at `path`.
pub(crate) fn is_run(path: &Path) -> bool {
    path.join(RUN).is_file()
}

fn read_rows(path: &Path) -> Result<Vec<EpochRow>, Failure> {
    let text = read_text_or_empty(path)?;
    let row = |(index, line)| {
        serde_json::from_str(line).map_err(|error| {
            // The parser sees one line at a time, so its own line number would always be 1.
            let error = error.to_string();
            let reason = error.split(" at line ").next().unwrap_or_default();
            damaged(path, &format!("{reason} in line {}", index + 1))
        })
    };
    text.lines().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests;
