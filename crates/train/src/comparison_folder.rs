//! The folder of a comparison: `ARM/seed-N/` for each run, and which arms they are.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::data_source::Provenance;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::prepare::check_fingerprint;
use crate::run_folder::{Record, RunFolder, is_run, read_json, write_whole};

const MANIFEST: &str = "comparison.json";

/// `comparison.json`: the names of the arms, the baseline last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The names of the experiments.
    pub arms: Vec<String>,
}

impl Manifest {
    /// The manifest in `folder`, if there is one.
    ///
    /// # Errors
    /// [`Failure::Usage`] where it is damaged.
    pub fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(MANIFEST);
        path.is_file().then(|| read_json(&path)).transpose()
    }

    /// Whether `folder` is free for a comparison of these arms, or is one already.
    ///
    /// # Errors
    /// [`Failure::Usage`] where it is one of other arms, or a run.
    pub fn check(&self, folder: &Path) -> Result<(), Failure> {
        let unlike = |found: &str| {
            Failure::usage(
                format!(
                    "{}: expected a comparison of {}, found {found}",
                    folder.display(),
                    self.arms.join(" and ")
                ),
                "name another folder with --out",
            )
        };
        if is_run(folder) {
            return Err(unlike("a run"));
        }
        match Self::read(folder)? {
            Some(found) if found != *self => {
                Err(unlike(&format!("one of {}", found.arms.join(" and "))))
            }
            _ => Ok(()),
        }
    }

    /// Makes `folder` a comparison of these arms, where it is none yet.
    ///
    /// # Errors
    /// As [`check`](Self::check), and [`Failure::File`].
    pub fn keep(&self, folder: &Path) -> Result<(), Failure> {
        self.check(folder)?;
        if Self::read(folder)?.is_some() {
            return Ok(());
        }
        std::fs::create_dir_all(folder).map_err(Failure::file(folder))?;
        let text = serde_json::to_string(self).expect("strings have a JSON form");
        write_whole(&folder.join(MANIFEST), format!("{text}\n").as_bytes())
    }
}

/// One run of a comparison: an arm with a seed.
#[derive(Clone, Debug)]
pub struct PlannedRun {
    /// The arm's name.
    pub arm: String,
    /// The experiment, with its seed.
    pub experiment: Experiment,
    /// Its run folder.
    pub path: PathBuf,
}

/// How far a planned run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is nothing yet.
    New,
    /// It has so many epochs and can be gone on with.
    Begun(usize),
    /// It has all its epochs and files.
    Finished,
}

impl PlannedRun {
    /// The run of `arm` in `folder` whose experiment is `experiment` with `seed`.
    pub fn new(folder: &Path, arm: &str, experiment: &Experiment, seed: u32) -> Self {
        Self {
            arm: arm.into(),
            experiment: Experiment {
                seed,
                ..experiment.clone()
            },
            path: folder.join(arm).join(format!("seed-{seed}")),
        }
    }

    /// How far the run is.
    ///
    /// # Errors
    /// [`Failure::Usage`] where something else lies in its place: a run of another experiment, on
    /// other images, or of another version.
    pub fn state(&self, data: &Provenance) -> Result<State, Failure> {
        if !is_run(&self.path) {
            RunFolder::check_free(&self.path)?;
            return Ok(State::New);
        }
        let record = Record::read(&self.path)?;
        if let Some(key) = self.experiment.difference(&record.experiment) {
            return Err(self.unlike(&format!("one with another {key}")));
        }
        let version = env!("CARGO_PKG_VERSION");
        if record.info.version != version {
            return Err(self.unlike(&format!(
                "one that version {} made, and this is {version}",
                record.info.version
            )));
        }
        check_fingerprint(&record.info, data).map_err(|failure| {
            Failure::usage(
                format!("{}: {failure}", self.path.display()),
                failure.hint() + "; name another folder with --out",
            )
        })?;
        Ok(match record.summary {
            Some(_) => State::Finished,
            None => State::Begun(record.rows.len()),
        })
    }

    fn unlike(&self, found: &str) -> Failure {
        Failure::usage(
            format!(
                "{}: expected a run of {} with seed {}, found {found}",
                self.path.display(),
                self.arm,
                self.experiment.seed
            ),
            "name another folder with --out, so that the comparison is of one kind",
        )
    }
}
