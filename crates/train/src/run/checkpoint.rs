//! Checkpoints: `checkpoint/epoch-N/` with model, optimizer and schedule, whole or not at all.
//!
//! Burn saves the three parts on three threads. Each lands in `checkpoint/partial/`; the last one to
//! arrive renames the folder to `epoch-N` and removes the epoch before. So a run that is killed at
//! any instant has one whole checkpoint. What else is left, the resumed run removes.
//!
//! If the run averages its weights, the average lies there too, as `average.safetensors`.
//!
//! `SHA256SUMS` in the same folder has the digests of the parts, of the run's `experiment.toml` and
//! `run.json`, of the best weights so far, and of the rows of `metrics.jsonl` up to this epoch.

mod check;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use burn::train::checkpoint::{
    Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction, CheckpointingStrategy,
};
use burn::train::metric::store::EventStoreClient;
use mixup_model::{Network, WeightsFile};

use crate::failure::Failure;
use crate::files::{self, Lock, write_whole};
use crate::run::digests::{Digests, SUMS, sha256};
use crate::run::file_names::{BEST, CHECKPOINT, EXPERIMENT, METRICS, RUN};
use crate::run::folder::while_in_place;
use crate::run::panics;

const PARTS: usize = 3;
const MODEL: &str = "model.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const SCHEDULE: &str = "schedule.bpk";
const AVERAGE: &str = "average.safetensors";
const PARTIAL: &str = "partial";
const EPOCH: &str = "epoch-";
/// The run folder, as seen from the folder of an epoch.
const FOLDER: &str = "../..";
/// The files that describe a run.
const DESCRIBED: [&str; 2] = [EXPERIMENT, RUN];

/// The checkpoints of one run.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoints {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    run: PathBuf,
    folder: PathBuf,
    /// The lock of the run folder.
    lock: Arc<Lock>,
    progress: Mutex<Progress>,
    settled: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    /// Parts of the current save that have ended, well or badly.
    ended: usize,
    /// The digests of its parts, and of the files that belong to it.
    digests: Vec<(String, String)>,
    /// The first thing that went wrong with it.
    problem: Option<Failure>,
}

impl Checkpoints {
    /// The checkpoints of the run in the folder `run`, whose lock is `lock`.
    pub(crate) fn new(run: &Path, lock: Arc<Lock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                run: run.into(),
                folder: run.join(CHECKPOINT),
                lock,
                progress: Mutex::default(),
                settled: Condvar::new(),
            }),
        }
    }

    /// The last epoch with a whole checkpoint.
    ///
    /// # Errors
    /// [`Failure::File`] if the folder cannot be read.
    pub(crate) fn last_epoch(&self) -> Result<Option<usize>, Failure> {
        last_epoch_of(&self.shared.run)
    }

    /// Removes what a process that was killed has left: all but the checkpoint of `epoch`.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn keep_only(&self, epoch: Option<usize>) -> Result<(), Failure> {
        let partial = self.shared.folder.join(PARTIAL);
        if partial.exists() {
            files::remove_folder(&partial)?;
        }
        self.shared.remove_others(epoch)
    }

    /// The digests of the checkpoint of `epoch`. `None` if it was written by a version without digests.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the file is damaged.
    fn digests(&self, epoch: usize) -> Result<Option<CheckpointDigests>, Failure> {
        let folder = self.shared.epoch(epoch);
        let digests = Digests::read(&folder)
            .map_err(|_| damaged_part(&folder.join(SUMS), "other bytes than were written"))?;
        Ok(digests.map(CheckpointDigests))
    }

    /// Notes the digests of the run's files that belong to the next save. `best` is that of the best weights,
    /// `rows` the text of the rows.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn note(&self, best: Option<&str>, rows: &str) -> Result<(), Failure> {
        let Shared { run, lock, .. } = &*self.shared;
        let described = while_in_place(run, lock, || self.shared.described())?;
        let in_run_folder = |(name, digest)| (in_run(name), digest);
        let mut digests: Vec<_> = described.into_iter().map(in_run_folder).collect();
        digests.push((in_run(METRICS), sha256(rows.as_bytes())));
        if let Some(best) = best {
            digests.push((in_run(BEST), best.into()));
        }
        self.shared.progress().digests = digests;
        Ok(())
    }

    /// Adds the average of the weights, a safetensors file, to the next save. Follows [`note`](Self::note).
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn keep_average(&self, safetensors: &[u8]) -> Result<(), Failure> {
        let Shared { run, lock, .. } = &*self.shared;
        while_in_place(run, lock, || {
            write_whole(&self.shared.make_partial()?.join(AVERAGE), safetensors)
        })?;
        let digest = (AVERAGE.into(), sha256(safetensors));
        self.shared.progress().digests.push(digest);
        Ok(())
    }

    /// The average of the weights in the checkpoint of `epoch`, as a network like `network`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is none, or if it is damaged.
    pub(crate) fn average(&self, epoch: usize, network: Network) -> Result<Network, Failure> {
        let path = self.shared.epoch(epoch).join(AVERAGE);
        let bytes =
            files::read_bytes(&path).map_err(|error| damaged_part(&path, &error.to_string()))?;
        let weights = WeightsFile::parse(&path, bytes);
        let network = weights.and_then(|weights| weights.load_into(network));
        network.map_err(|error| damaged_part(&path, &error.to_string()))
    }

    /// Has `write` replace the run's `experiment.toml` and `run.json` after `epoch`. Killed at any moment, it
    /// leaves no digests of other files.
    ///
    /// # Errors
    /// Those of `write`, and [`Failure::File`].
    pub(crate) fn describe_anew(
        &self,
        epoch: usize,
        write: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(CheckpointDigests(mut digests)) = self.digests(epoch)? else {
            return write();
        };
        let sums = self.shared.epoch(epoch).join(SUMS);
        for name in DESCRIBED {
            digests.remove(&in_run(name));
        }
        write_whole(&sums, digests.to_text().as_bytes())?;
        write()?;
        for (name, digest) in self.shared.described()? {
            digests.add(&in_run(name), digest);
        }
        write_whole(&sums, digests.to_text().as_bytes())
    }

    /// The three parts, as `with_custom_checkpointers` takes them.
    pub(crate) fn parts(&self) -> (Part, Part, Part) {
        let part = |file| Part {
            shared: Arc::clone(&self.shared),
            file,
        };
        (part(MODEL), part(OPTIMIZER), part(SCHEDULE))
    }

    /// Waits until all parts of the save under way have ended.
    ///
    /// # Errors
    /// [`Failure::File`] if one of them failed; the checkpoint before is still whole.
    pub(crate) fn wait(&self) -> Result<(), Failure> {
        let progress = self.shared.progress();
        let mut progress = self
            .shared
            .settled
            .wait_while(progress, |progress| progress.ended < PARTS)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        progress.ended = 0;
        progress.problem.take().map_or(Ok(()), Err)
    }
}

/// The digests of one checkpoint.
pub(crate) struct CheckpointDigests(Digests);

impl CheckpointDigests {
    /// Whether `rows` is the text of the rows up to its epoch. `None` if it has no digest of them.
    pub(crate) fn has_rows(&self, rows: &str) -> Option<bool> {
        Some(self.0.of(&in_run(METRICS))? == sha256(rows.as_bytes()))
    }

    /// Whether `bytes` are the best weights of its epoch. `None` if it has no digest of them.
    pub(crate) fn has_best(&self, bytes: &[u8]) -> Option<bool> {
        Some(self.0.of(&in_run(BEST))? == sha256(bytes))
    }
}

/// The name of a file of the run folder, as seen from the folder of an epoch.
fn in_run(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

fn damaged_part(path: &Path, error: &str) -> Failure {
    Failure::usage(
        format!("{}: damaged checkpoint: {error}", path.display()),
        files::DAMAGED_HINT,
    )
}

impl Shared {
    /// The names and digests of the files that describe the run.
    fn described(&self) -> Result<Vec<(&'static str, String)>, Failure> {
        let digest = |&name: &&'static str| {
            let path = self.run.join(name);
            let bytes = files::read_bytes(&path).map_err(Failure::file(&path))?;
            Ok((name, sha256(&bytes)))
        };
        DESCRIBED.iter().map(digest).collect()
    }

    fn epoch(&self, epoch: usize) -> PathBuf {
        self.folder.join(format!("{EPOCH}{epoch}"))
    }

    /// Makes the folder of the save under way, unless it exists. A run folder that was removed stays removed.
    fn make_partial(&self) -> Result<PathBuf, Failure> {
        let partial = self.folder.join(PARTIAL);
        files::create_last_folder(&self.folder)?;
        files::create_last_folder(&partial)?;
        Ok(partial)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        // A panic elsewhere leaves counters, which are valid in every state.
        self.progress
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Notes that the part `file` of `epoch` has ended, with the digest of its bytes; the last one makes the
    /// checkpoint whole.
    fn end_part(&self, epoch: usize, file: &str, result: Result<String, Failure>) {
        let mut progress = self.progress();
        progress.ended += 1;
        match result {
            Ok(digest) => progress.digests.push((file.into(), digest)),
            Err(problem) => drop(progress.problem.get_or_insert(problem)),
        }
        if progress.ended < PARTS {
            return;
        }
        if progress.problem.is_none() {
            let digests = std::mem::take(&mut progress.digests);
            let commit = || self.commit(epoch, digests);
            progress.problem = while_in_place(&self.run, &self.lock, commit).err();
        } else {
            // The failure that matters is the one already noted.
            let _ = files::remove_folder(&self.folder.join(PARTIAL));
        }
        self.settled.notify_all();
    }

    fn commit(&self, epoch: usize, digests: Vec<(String, String)>) -> Result<(), Failure> {
        let partial = self.folder.join(PARTIAL);
        let mut sums = Digests::new(&partial);
        for (name, digest) in digests {
            sums.add(&name, digest);
        }
        write_whole(&partial.join(SUMS), sums.to_text().as_bytes())?;
        let place = self.epoch(epoch);
        if place.exists() {
            files::remove_folder(&place)?;
        }
        files::rename(&partial, &place)?;
        self.remove_others(Some(epoch))
    }

    /// Removes the checkpoints of all epochs but `epoch`.
    fn remove_others(&self, epoch: Option<usize>) -> Result<(), Failure> {
        for other in epochs(&self.folder)? {
            if Some(other) != epoch {
                files::remove_folder(&self.epoch(other))?;
            }
        }
        Ok(())
    }
}

/// The last epoch with a whole checkpoint in the run folder `run`, which may be one that a process trains in.
///
/// # Errors
/// [`Failure::File`] if the folder of checkpoints cannot be read.
pub(crate) fn last_epoch_of(run: &Path) -> Result<Option<usize>, Failure> {
    let checkpoints = run.join(CHECKPOINT);
    let is_whole = |epoch: &usize| {
        let folder = checkpoints.join(format!("{EPOCH}{epoch}"));
        [MODEL, OPTIMIZER, SCHEDULE]
            .iter()
            .all(|file| folder.join(file).is_file())
    };
    Ok(epochs(&checkpoints)?.into_iter().filter(is_whole).max())
}

/// The epochs that have a folder of their own.
fn epochs(folder: &Path) -> Result<Vec<usize>, Failure> {
    if !folder.exists() {
        return Ok(vec![]);
    }
    let names = files::names_in(folder).map_err(Failure::file(folder))?;
    let epoch = |name: &OsString| name.to_str()?.strip_prefix(EPOCH)?.parse().ok();
    Ok(names.iter().filter_map(epoch).collect())
}

/// One of the three parts of a checkpoint.
pub(crate) struct Part {
    shared: Arc<Shared>,
    file: &'static str,
}

impl<R: Checkpoint> Checkpointer<R> for Part {
    fn save(&self, epoch: usize, record: R) -> Result<(), CheckpointerError> {
        let save = || {
            let bytes = record
                .checkpoint_into_bytes()
                .map_err(|error| Failure::Training(error.to_string()))?;
            while_in_place(&self.shared.run, &self.shared.lock, || {
                write_whole(&self.shared.make_partial()?.join(self.file), &bytes)
            })?;
            Ok(sha256(&bytes))
        };
        // The loop waits for every part, so a panic (a lost device) must end its part too.
        let result = catch_unwind(AssertUnwindSafe(save))
            .unwrap_or_else(|payload| Err(Failure::Training(panics::words(&*payload))));
        let for_burn = match &result {
            Ok(_) => Ok(()),
            Err(failure) => Err(CheckpointerError::Unknown(failure.to_string())),
        };
        self.shared.end_part(epoch, self.file, result);
        for_burn
    }

    fn delete(&self, _epoch: usize) -> Result<(), CheckpointerError> {
        // The save of the next epoch removes this one, once it is whole.
        Ok(())
    }

    fn restore(&self, epoch: usize) -> Result<R, CheckpointerError> {
        R::load(self.shared.epoch(epoch).join(self.file))
    }
}

/// Saves after every epoch.
pub(crate) struct EveryEpoch;

impl CheckpointingStrategy for EveryEpoch {
    fn checkpointing(
        &mut self,
        _epoch: usize,
        _store: &EventStoreClient,
    ) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}

#[cfg(test)]
mod tests;
