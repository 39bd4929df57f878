//! The run folder: the only place that a run writes to.
//!
//! Every file appears whole: it is written under another name and then renamed. `summary.json` is
//! written last, so a folder that has it is finished, and one that has not can be resumed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixup_evidence::MixedPair;

use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files::{self, Lock, json_text, read_json, write_whole};
use crate::learn::evaluation::Prediction;
use crate::run::digests::{Digests, SUMS, sha256};
use crate::run::epoch_csv;
use crate::run::epoch_row::{EpochRow, read_rows, rows_text};
use crate::run::file_names::{
    BEST, EVALUATION, EXPERIMENT, FILES, LOCK, METRICS, METRICS_TABLE, MISTAKES, MIXED, MODEL,
    PREDICTIONS, RAW, RUN, SUMMARY,
};
use crate::run::free_folder::hint_of_missing;
use crate::run::mistakes::PicturedMistake;
use crate::run::record::{Evaluations, RunInfo, Summary};
use mixup_data::quoted;

/// An open run folder; while it is open no other process trains in it.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    lock: Arc<Lock>,
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
        let folder = Self::lock(path, "wait for it, or name a new folder with --out")
            .inspect_err(|_| remove_if_empty())?;
        // While this process waited for the lock, another one may have trained here.
        Self::check_free(path)?;
        let fill = || {
            folder.remove_left_files()?;
            folder.write(EXPERIMENT, experiment.to_toml().as_bytes())?;
            // Makes it a run.
            folder.write_info(info)
        };
        let filled = fill();
        let Err(failure) = filled else {
            return Ok(folder);
        };
        if folder.lock.is_in_place() {
            // With the lock, this file is this process's own. The failure that matters is the first one.
            let _ = files::remove_file(&path.join(EXPERIMENT));
        }
        drop(folder);
        remove_if_empty();
        Err(failure)
    }

    /// Whether a new run may be made at `path`.
    ///
    /// A folder in which a process was killed before it was a run is free.
    ///
    /// # Errors
    /// [`Failure::Usage`] if something other than an empty folder lies there.
    pub(crate) fn check_free(path: &Path) -> Result<(), Failure> {
        let taken = match files::names_in(path) {
            Ok(names) => names.iter().any(|name| !is_before_run(name)),
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
            let (found, hint) = if path.exists() {
                let hint = "give the folder that `mixup train` named when it started";
                ("no run.json there", hint.to_owned())
            } else {
                ("nothing there", hint_of_missing(path))
            };
            let message = format!("{}: expected a run folder, found {found}", path.display());
            return Err(Failure::usage(message, hint));
        }
        let folder = Self::lock(path, "wait until it has ended")?;
        folder.remove_left_files()?;
        let experiment = Experiment::read(&path.join(EXPERIMENT))?;
        let info = read_json(&path.join(RUN))?;
        Ok((folder, experiment, info))
    }

    /// Locks the folder at `path`. `hint` is the way out if another process has it.
    fn lock(path: &Path, hint: &str) -> Result<Self, Failure> {
        let Some(lock) = Lock::take(&path.join(LOCK))? else {
            return Err(Failure::usage(
                format!("{}: another mixup process trains there", path.display()),
                hint,
            ));
        };
        Ok(Self {
            path: path.into(),
            lock: Arc::new(lock),
        })
    }

    /// Removes the lock file of a process that was killed after it had finished the run at `path`.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn remove_left_lock(path: &Path) -> Result<(), Failure> {
        Lock::remove_left(&path.join(LOCK))
    }

    /// Removes what a process that was killed while it wrote a file may have left.
    fn remove_left_files(&self) -> Result<(), Failure> {
        let names = files::names_in(&self.path).map_err(Failure::file(&self.path))?;
        for name in names.iter().filter(|name| is_left(name)) {
            files::remove_file(&self.path.join(name))?;
        }
        Ok(())
    }

    /// Replaces the file `name`, if the folder is still the one that was opened.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        while_in_place(&self.path, &self.lock, || {
            write_whole(&self.path.join(name), bytes)
        })
    }

    /// Where the folder lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The lock, for others that write into the folder.
    pub(crate) fn lock_handle(&self) -> Arc<Lock> {
        Arc::clone(&self.lock)
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

    /// Replaces `metrics.jsonl` and its copy as a table.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_rows(&self, rows: &[EpochRow]) -> Result<(), Failure> {
        self.write(METRICS, rows_text(rows).as_bytes())?;
        self.write_table(rows)
    }

    /// Replaces `metrics.csv`.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_table(&self, rows: &[EpochRow]) -> Result<(), Failure> {
        self.write(METRICS_TABLE, epoch_csv::table(rows).as_bytes())
    }

    /// Replaces `experiment.toml`, to extend a run to more epochs.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn reopen(&self, experiment: &Experiment) -> Result<(), Failure> {
        // The summary goes first: without it the digests count for nothing.
        for name in [SUMMARY, SUMS] {
            let path = self.path.join(name);
            if path.exists() {
                files::remove_file(&path)?;
            }
        }
        self.write(EXPERIMENT, experiment.to_toml().as_bytes())
    }

    /// Replaces `run.json`, after a run is resumed with another version or device.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_info(&self, info: &RunInfo) -> Result<(), Failure> {
        self.write(RUN, json_text(info).as_bytes())
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
        self.write(BEST, safetensors)
    }

    /// Replaces the last epoch's weights themselves, of a run that judges their average.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_raw(&self, safetensors: &[u8]) -> Result<(), Failure> {
        self.write(RAW, safetensors)
    }

    /// The digest of the best epoch's weights, if there are any.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn best_digest(&self) -> Result<Option<String>, Failure> {
        let path = self.best();
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = files::read_bytes(&path).map_err(Failure::file(&path))?;
        Ok(Some(sha256(&bytes)))
    }

    /// Writes mixed pairs to look at.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_mixed_pairs(&self, pairs: &[MixedPair]) -> Result<(), Failure> {
        self.write(MIXED, json_text(&pairs).as_bytes())
    }

    /// Writes mistakes on test images to look at.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn write_mistakes(&self, mistakes: &[PicturedMistake]) -> Result<(), Failure> {
        self.write(MISTAKES, json_text(&mistakes).as_bytes())
    }

    /// Writes what a finished run has: then the digests of all its files, its summary last. `best` is the
    /// digest of the best epoch's weights.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn finish(
        &self,
        safetensors: &[u8],
        best: Option<&str>,
        evaluations: &Evaluations,
        summary: &Summary,
    ) -> Result<(), Failure> {
        self.write(MODEL, safetensors)?;
        self.write(PREDICTIONS, predictions_text(evaluations).as_bytes())?;
        self.write(EVALUATION, json_text(evaluations).as_bytes())?;
        let summary = json_text(summary);
        let mut digests = Digests::new(&self.path);
        for name in FILES {
            let path = self.path.join(name);
            if path.is_file() {
                digests.add(
                    name,
                    sha256(&files::read_bytes(&path).map_err(Failure::file(&path))?),
                );
            }
        }
        digests.add(SUMMARY, sha256(summary.as_bytes()));
        if let Some(best) = best {
            // The weights may have been damaged since they were written.
            digests.add(BEST, best.into());
        }
        self.write(SUMS, digests.to_text().as_bytes())?;
        self.write(SUMMARY, summary.as_bytes())
    }
}

/// The text of `predictions.csv`.
fn predictions_text(evaluations: &Evaluations) -> String {
    let mut text = String::from("index,label,predicted,probability\n");
    for (index, line) in evaluations.test.predictions.iter().enumerate() {
        let Prediction {
            label,
            predicted,
            probability,
        } = line;
        text += &format!("{index},{label},{predicted},{probability}\n");
    }
    text
}

/// Refuses to write into the run folder at `path` if it was removed, also if another one has taken its place.
/// `lock` is the lock of the folder that was opened.
///
/// # Errors
/// [`Failure::Usage`].
fn check_in_place(path: &Path, lock: &Lock) -> Result<(), Failure> {
    if lock.is_in_place() {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "{}: expected the run folder with the lock of this process, found it removed or replaced",
            path.display()
        ),
        "do not move or delete a run folder or its .lock while it trains; start the run again, with another --out if there is a new one",
    ))
}

/// Has `write` write into the run folder at `path`, unless it was removed before or meanwhile.
///
/// # Errors
/// As [`check_in_place`], and those of `write`.
pub(crate) fn while_in_place<T>(
    path: &Path,
    lock: &Lock,
    write: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    check_in_place(path, lock)?;
    write().map_err(|failure| match check_in_place(path, lock) {
        // A missing folder is the cause of what the system says.
        Err(removed) => removed,
        Ok(()) => failure,
    })
}

/// Whether a folder that is not a run yet may have a file of this name.
fn is_before_run(name: &OsStr) -> bool {
    name == LOCK || name == EXPERIMENT || is_left(name)
}

/// Whether a killed process has left a file of this name.
fn is_left(name: &OsStr) -> bool {
    let names = FILES.iter().chain(&[SUMMARY, SUMS]);
    names
        .into_iter()
        .any(|known| files::is_left_of(known, name))
}
