//! The runs in a folder, and what has become of each. Nothing is changed, and no weights are read.

use std::path::{Path, PathBuf};

use mixup_evidence::ChosenBy;
use serde::Serialize;

use crate::failure::Failure;
use crate::files::{self, Lock};
use crate::output::readable;
use crate::run::checkpoint::last_epoch_of;
use crate::run::file_names::{LOCK, MODEL};
use crate::run::natural_order::natural_order;
use crate::run::plural::counted;
use crate::run::recorded::{Record, is_run};

/// How deep a folder is searched for runs. Those of a comparison are two deep.
const DEPTH: usize = 4;

/// What has become of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunState {
    /// It has all epochs and files.
    Finished,
    /// A process trains in it now.
    Running,
    /// It was stopped and can be resumed.
    Resumable,
    /// A file is damaged or missing.
    Damaged,
}

impl RunState {
    /// The state as one word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Running => "running",
            Self::Resumable => "resumable",
            Self::Damaged => "damaged",
        }
    }
}

/// One run.
#[derive(Clone, Debug)]
pub(crate) struct ListedRun {
    /// The run folder.
    pub path: PathBuf,
    /// What has become of it.
    pub state: RunState,
    /// What is known of it, unless it cannot be read.
    pub facts: Option<Facts>,
    /// Whether it is finished and its weights are not there, so that it can be reported and not evaluated.
    pub lacks_weights: bool,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Why it is damaged.
    pub problem: Option<String>,
}

/// What a run says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// The experiment's name.
    pub experiment: String,
    /// The seed.
    pub seed: u32,
    /// All epochs that it is to have.
    pub epochs: usize,
    /// Epochs that it has.
    pub epochs_done: usize,
    /// The share predicted right after the last epoch, and of which images.
    pub accuracy: Option<(f64, ChosenBy)>,
}

/// The runs in `folder` and below it, in the order of their names. `folder` may be a run itself.
///
/// # Errors
/// [`Failure::File`] if a folder cannot be read. A damaged run is no error.
pub(crate) fn runs_in(folder: &Path) -> Result<Vec<ListedRun>, Failure> {
    let mut runs = vec![];
    if is_run(folder) {
        runs.push(look_at(folder.to_owned())?);
    } else {
        find(folder, DEPTH, &mut runs)?;
    }
    Ok(runs)
}

/// Adds the runs below `folder`. A folder below it that cannot be read is listed as damaged. Links are not followed:
/// they would list a run twice.
fn find(folder: &Path, depth: usize, found: &mut Vec<ListedRun>) -> Result<(), Failure> {
    let names = files::names_in(folder).map_err(Failure::file(folder))?;
    let paths = names.iter().map(|name| folder.join(name));
    let is_folder = |path: &PathBuf| path.is_dir() && !path.is_symlink();
    let mut paths: Vec<PathBuf> = paths.filter(is_folder).collect();
    paths.sort_by_cached_key(|path| natural_order(&path.to_string_lossy()));
    for path in paths {
        if is_run(&path) {
            found.push(look_at(path)?);
        } else if depth > 1
            && let Err(failure) = find(&path, depth - 1, found)
        {
            found.push(ListedRun {
                bytes: 0,
                lacks_weights: false,
                path,
                state: RunState::Damaged,
                facts: None,
                problem: Some(readable(&failure.to_string())),
            });
        }
    }
    Ok(())
}

fn look_at(path: PathBuf) -> Result<ListedRun, Failure> {
    let is_running = Lock::is_held(&path.join(LOCK));
    let (state, facts, problem) = match state_of(&path) {
        // Files may be replaced while they are read.
        Ok((_, facts)) if is_running => (RunState::Running, Some(facts), None),
        Err(_) if is_running => (RunState::Running, None, None),
        Ok((state, facts)) => (state, Some(facts), None),
        Err(failure) => (
            RunState::Damaged,
            None,
            Some(readable(&failure.to_string())),
        ),
    };
    Ok(ListedRun {
        bytes: files::bytes_in(&path),
        lacks_weights: state == RunState::Finished && !path.join(MODEL).is_file(),
        path,
        state,
        facts,
        problem,
    })
}

/// The state of a run that no process trains, and its facts.
fn state_of(path: &Path) -> Result<(RunState, Facts), Failure> {
    let record = Record::read(path)?;
    let facts = |epochs_done: usize, accuracy| Facts {
        experiment: record.info.experiment.clone(),
        seed: record.info.seed,
        epochs: record.experiment.epochs,
        epochs_done,
        accuracy,
    };
    if let Some(summary) = &record.summary {
        record.evaluations()?;
        let accuracy = (summary.last_test_accuracy, ChosenBy::Test);
        return Ok((RunState::Finished, facts(summary.epochs, Some(accuracy))));
    }
    let done = last_epoch_of(path)?.unwrap_or(0);
    let rows = record.rows.len();
    // A kill between row and checkpoint leaves one row more.
    if !(done..=done + 1).contains(&rows) {
        return Err(Failure::usage(
            format!(
                "{}: expected a checkpoint of the last of {}, found {}",
                path.display(),
                counted(rows, "epoch"),
                match done {
                    0 => "none".into(),
                    done => format!("one of epoch {done}"),
                }
            ),
            files::DAMAGED_HINT,
        ));
    }
    let last = record.rows[..done].last().map(|row| row.held_out);
    let accuracy = last.map(|held_out| (held_out.accuracy(), held_out.split()));
    Ok((RunState::Resumable, facts(done, accuracy)))
}

#[cfg(test)]
mod tests;
