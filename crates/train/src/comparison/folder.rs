//! The folder of a comparison: `ARM/seed-N/` for each run, and which arms they are.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::Provenance;
use crate::run::folder::{Record, RunFolder, is_run, read_json};
use crate::run::start::check_fingerprint;

const MANIFEST: &str = "comparison.json";

/// `comparison.json`: which arms are compared, and how often that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The names of the experiments, the baseline last.
    pub arms: Vec<String>,
    /// How many pairs each report had that was not written of the same pairs again.
    #[serde(default)]
    pub looks: Vec<usize>,
}

impl Manifest {
    /// A comparison of these arms, the baseline last, that nobody has looked at.
    pub fn new(arms: Vec<String>) -> Self {
        Self {
            arms,
            looks: vec![],
        }
    }

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
    /// [`Failure::Usage`] where it is one of other arms, or something else lies there.
    pub fn check(&self, folder: &Path) -> Result<(), Failure> {
        let unlike = |found: &str, hint: &str| {
            Failure::usage(
                format!(
                    "{}: expected a comparison of {} or an empty folder, found {found}",
                    folder.display(),
                    self.arms.join(" and ")
                ),
                hint,
            )
        };
        match Self::read(folder)? {
            Some(found) if found.arms == self.arms => Ok(()),
            Some(found) => {
                let mut swapped = found.arms.clone();
                swapped.reverse();
                let hint = if swapped == self.arms {
                    "name the experiments in the comparison's order"
                } else {
                    "name another folder with --out"
                };
                Err(unlike(
                    &format!("one of {}", found.arms.join(" and ")),
                    hint,
                ))
            }
            None if is_taken(folder) => {
                Err(unlike("other files", "name another folder with --out"))
            }
            None => Ok(()),
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
        self.write(folder)
    }

    /// Notes that a report of `pairs` pairs was written, and gives the numbers of pairs of those
    /// before it that had fewer.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn look(&mut self, folder: &Path, pairs: usize) -> Result<Vec<usize>, Failure> {
        if self.looks.last() != Some(&pairs) {
            self.looks.push(pairs);
            self.write(folder)?;
        }
        Ok(self
            .looks
            .iter()
            .copied()
            .filter(|&look| look < pairs)
            .collect())
    }

    fn write(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(MANIFEST);
        let text = serde_json::to_string(self).expect("strings and numbers have a JSON form");
        // A name of its own: the parts of a comparison may start at the same moment.
        let write = || {
            let mut file = tempfile::Builder::new()
                .prefix(STAGING)
                .tempfile_in(folder)?;
            file.write_all(format!("{text}\n").as_bytes())?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(Failure::file(&path))
    }
}

/// How the manifest's name begins before it has its own.
const STAGING: &str = ".comparison-";

/// Whether something other than an empty folder lies at `folder`.
fn is_taken(folder: &Path) -> bool {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .flatten()
            .any(|entry| !entry.file_name().to_string_lossy().starts_with(STAGING)),
        Err(_) => folder.exists(),
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

    /// The runs of `arm` that `folder` has, with their seeds.
    pub fn there(folder: &Path, arm: &str, experiment: &Experiment) -> Vec<Self> {
        let Ok(entries) = std::fs::read_dir(folder.join(arm)) else {
            return vec![];
        };
        let seed = |entry: std::fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_prefix("seed-")?.parse().ok()
        };
        let seeds = entries.flatten().filter_map(seed);
        seeds
            .map(|seed| Self::new(folder, arm, experiment, seed))
            .collect()
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
            "name another folder with --out, or remove that run's folder to train it anew",
        )
    }
}
