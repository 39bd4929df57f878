//! One run of a comparison, in the folder `ARM/seed-N/`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files;
use crate::run::data::Provenance;
use crate::run::folder::RunFolder;
use crate::run::recorded::{Record, is_run};
use crate::run::resume::check_fingerprint;
use crate::run::start_weights::StartWeights;

/// The way out of a folder that cannot be part of the comparison.
pub(crate) const ANEW: &str =
    "name another folder with --out, or remove that run's folder to train it anew";

/// An arm with a seed.
#[derive(Clone, Debug)]
pub(crate) struct PlannedRun {
    /// The arm's name.
    pub arm: String,
    /// The experiment, with its seed.
    pub experiment: Experiment,
    /// The run folder.
    pub path: PathBuf,
}

/// How much of a planned run has been trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunState {
    /// Its folder does not exist or is empty.
    New,
    /// It has this many epochs and can be resumed.
    Begun(usize),
    /// It has all epochs and files.
    Finished,
}

impl PlannedRun {
    /// The run of `arm` in `folder`: `experiment` with `seed`.
    pub(crate) fn new(folder: &Path, arm: &str, experiment: &Experiment, seed: u32) -> Self {
        Self {
            arm: arm.into(),
            experiment: experiment.with_seed(seed),
            path: folder.join(arm).join(format!("seed-{seed}")),
        }
    }

    /// The runs of `arm` that exist in `folder`, with any seed.
    ///
    /// # Errors
    /// [`Failure::File`] if the arm's folder cannot be read.
    pub(crate) fn existing(
        folder: &Path,
        arm: &str,
        experiment: &Experiment,
    ) -> Result<Vec<Self>, Failure> {
        let arm_folder = folder.join(arm);
        if !arm_folder.exists() {
            return Ok(vec![]);
        }
        let names = files::names_in(&arm_folder).map_err(Failure::file(&arm_folder))?;
        let seed = |name: OsString| name.to_str()?.strip_prefix("seed-")?.parse().ok();
        let seeds = names.into_iter().filter_map(seed);
        Ok(seeds
            .map(|seed| Self::new(folder, arm, experiment, seed))
            .collect())
    }

    /// How much of the run has been trained.
    ///
    /// # Errors
    /// [`Failure::Usage`] if its folder has something else: other files, or a run of another
    /// experiment, on other images, from other weights than `start`, or of another version.
    pub(crate) fn state(
        &self,
        data: &Provenance,
        start: Option<&StartWeights>,
    ) -> Result<RunState, Failure> {
        if !is_run(&self.path) {
            match RunFolder::check_free(&self.path) {
                Ok(()) => return Ok(RunState::New),
                // Another part of the comparison may have begun the run between the two looks.
                Err(_) if is_run(&self.path) => {}
                Err(failure) => return Err(failure),
            }
        }
        let record = Record::read(&self.path).map_err(|failure| match failure {
            Failure::Usage { message, .. } => Failure::usage(message, ANEW),
            other => other,
        })?;
        // The digests below say whether the weights are the same, wherever they lie.
        let recorded = &record.experiment.network.start;
        let expected = self.experiment.with(|file| {
            if file.network.start.is_some() && recorded.is_some() {
                file.network.start.clone_from(recorded);
            }
        })?;
        if let Some(key) = expected.difference(&record.experiment) {
            return Err(self.mismatch(&format!("one with another {key}")));
        }
        let version = env!("CARGO_PKG_VERSION");
        if record.info.version != version {
            return Err(self.mismatch(&format!(
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
        let (expected, found) = (start.map(StartWeights::sha256), &record.info.start);
        if let Some(found) = found
            && expected != Some(&found.sha256)
        {
            return Err(self.mismatch(&format!(
                "one that started from weights with SHA-256 {:.12}…, and {} has others now",
                found.sha256,
                self.experiment
                    .network
                    .start
                    .as_deref()
                    .unwrap_or("the file"),
            )));
        }
        Ok(match record.summary {
            Some(_) => RunState::Finished,
            None => RunState::Begun(record.rows.len()),
        })
    }

    /// Whether the run has its summary.
    pub(crate) fn is_finished(&self) -> bool {
        Record::read(&self.path).is_ok_and(|record| record.summary.is_some())
    }

    fn mismatch(&self, found: &str) -> Failure {
        Failure::usage(
            format!(
                "{}: expected a run of {} with seed {}, found {found}",
                self.path.display(),
                self.arm,
                self.experiment.seed
            ),
            ANEW,
        )
    }
}

#[cfg(test)]
mod tests;
