//! Checkpoints: `checkpoint/epoch-N/` with model, optimizer and schedule, whole or not at all.
//!
//! Burn saves the three parts on three threads. Each lands in `checkpoint/partial/`; the last one to
//! arrive renames the folder to `epoch-N` and removes the epoch before. So a run that is killed at
//! any instant has one whole checkpoint, and at most one partial folder, which the resumed run removes.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use burn::lr_scheduler::LrSchedulerRecord;
use burn::module::Module;
use burn::optim::OptimizerRecord;
use burn::store::ModuleRecord;
use burn::train::checkpoint::{
    Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction, CheckpointingStrategy,
};
use burn::train::metric::store::EventStoreClient;

use crate::failure::Failure;
use crate::files::{self, write_whole};
use crate::learn::classifier::Classifier;
use crate::run::panics;

const PARTS: usize = 3;
const MODEL: &str = "model.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const SCHEDULE: &str = "schedule.bpk";
const PARTIAL: &str = "partial";
const EPOCH: &str = "epoch-";

/// The checkpoints of one run.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoints {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    progress: Mutex<Progress>,
    settled: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    /// Parts of the current save that have ended, well or badly.
    ended: usize,
    /// The first thing that went wrong with it.
    problem: Option<Failure>,
}

impl Checkpoints {
    /// The checkpoints in `folder`, which need not exist yet.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            shared: Arc::new(Shared {
                folder,
                progress: Mutex::default(),
                settled: Condvar::new(),
            }),
        }
    }

    /// The last epoch with a whole checkpoint.
    pub(crate) fn last_epoch(&self) -> Option<usize> {
        epochs(&self.shared.folder).into_iter().max()
    }

    /// Removes what a process that was killed while saving has left.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn discard_partial(&self) -> Result<(), Failure> {
        let partial = self.shared.folder.join(PARTIAL);
        if partial.exists() {
            files::remove_folder(&partial)?;
        }
        Ok(())
    }

    /// Whether the checkpoint of `epoch`, which `version` of the program wrote, can be read and is one of a
    /// network like `network`.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the damaged file, or says that it is of another form.
    pub(crate) fn check(
        &self,
        epoch: usize,
        network: Classifier,
        version: &str,
    ) -> Result<(), Failure> {
        let folder = self.shared.epoch(epoch);
        let place = |file| folder.join(file);
        let model = ModuleRecord::load(place(MODEL));
        let results = [
            (MODEL, readable(model.as_ref())),
            (OPTIMIZER, readable(OptimizerRecord::load(place(OPTIMIZER)))),
            (SCHEDULE, readable(LrSchedulerRecord::load(place(SCHEDULE)))),
        ];
        for (file, result) in results {
            let path = place(file);
            result.map_err(|error| {
                Failure::usage(
                    format!("{}: damaged checkpoint: {error}", path.display()),
                    "start the run anew in another folder",
                )
            })?;
        }
        if model.is_ok_and(|record| network.try_load_record(record).is_err()) {
            return Err(Failure::usage(
                format!(
                    "{}: expected a checkpoint of the experiment's network as version {} keeps it, \
                     found another, of version {version}",
                    place(MODEL).display(),
                    env!("CARGO_PKG_VERSION")
                ),
                "resume with the version that began the run, or start a new run in another folder",
            ));
        }
        Ok(())
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

/// Why a file cannot be read, if so.
fn readable<T>(result: Result<T, impl std::fmt::Display>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}

impl Shared {
    fn epoch(&self, epoch: usize) -> PathBuf {
        self.folder.join(format!("{EPOCH}{epoch}"))
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        // A panic elsewhere leaves counters, which are valid in every state.
        self.progress
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Notes that a part of `epoch` has ended; the last one makes the checkpoint whole.
    fn end_part(&self, epoch: usize, result: Result<(), Failure>) {
        let mut progress = self.progress();
        progress.ended += 1;
        if let Err(problem) = result {
            progress.problem.get_or_insert(problem);
        }
        if progress.ended < PARTS {
            return;
        }
        if progress.problem.is_none() {
            progress.problem = self.commit(epoch).err();
        } else {
            // The failure that matters is the one already noted.
            let _ = files::remove_folder(&self.folder.join(PARTIAL));
        }
        self.settled.notify_all();
    }

    fn commit(&self, epoch: usize) -> Result<(), Failure> {
        let place = self.epoch(epoch);
        if place.exists() {
            files::remove_folder(&place)?;
        }
        let partial = self.folder.join(PARTIAL);
        files::rename(&partial, &place)?;
        for other in epochs(&self.folder) {
            if other != epoch {
                files::remove_folder(&self.epoch(other))?;
            }
        }
        Ok(())
    }
}

/// The epochs that have a folder of their own.
fn epochs(folder: &Path) -> Vec<usize> {
    let names = files::names_in(folder).unwrap_or_default();
    let epoch = |name: &OsString| name.to_str()?.strip_prefix(EPOCH)?.parse().ok();
    names.iter().filter_map(epoch).collect()
}

/// One of the three parts of a checkpoint.
pub(crate) struct Part {
    shared: Arc<Shared>,
    file: &'static str,
}

impl<R: Checkpoint> Checkpointer<R> for Part {
    fn save(&self, epoch: usize, record: R) -> Result<(), CheckpointerError> {
        let partial = self.shared.folder.join(PARTIAL);
        let save = || {
            let bytes = record
                .checkpoint_into_bytes()
                .map_err(|error| Failure::Training(error.to_string()))?;
            files::create_folder(&partial)?;
            write_whole(&partial.join(self.file), &bytes)
        };
        // The loop waits for every part, so a panic (a lost device) must end its part too.
        let result = catch_unwind(AssertUnwindSafe(save))
            .unwrap_or_else(|payload| Err(Failure::Training(panics::words(&*payload))));
        let for_burn = match &result {
            Ok(()) => Ok(()),
            Err(failure) => Err(CheckpointerError::Unknown(failure.to_string())),
        };
        self.shared.end_part(epoch, result);
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
