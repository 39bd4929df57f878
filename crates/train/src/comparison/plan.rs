//! What a comparison trains: experiments, and one run of each for every seed.

use std::path::PathBuf;

use crate::comparison::arms::Arm;
use crate::comparison::manifest::Manifest;
use crate::comparison::planned_run::PlannedRun;
use crate::comparison::seeds::{Seeds, Shard};
use crate::experiment::{DataTable, Experiment};
use crate::failure::Failure;
use crate::run::data::DataSource;

/// The default number of pairs. With fewer, no exact test reaches p < 0.05.
pub(crate) const DEFAULT_PAIRS: u32 = 6;

/// Experiments, and the seeds to compare them on.
#[derive(Clone, Debug)]
pub(crate) struct ComparisonPlan {
    /// At least two arms. The last is the baseline of all others.
    pub arms: Vec<Arm>,
    /// What the command line changed in the experiments, as it was written.
    pub changes: Vec<String>,
    /// For each seed one run of every arm, which makes a pair of each arm and the baseline.
    pub seeds: Seeds,
    /// The images that all arms train on and are tested on.
    pub source: DataSource,
    /// The comparison's folder.
    pub out: PathBuf,
    /// The pairs that this process trains.
    pub shard: Shard,
}

impl ComparisonPlan {
    /// Checks that the arms can be compared and that the folder is free for them.
    ///
    /// # Errors
    /// [`Failure::Usage`].
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.check_arms()?;
        self.manifest().check(&self.out)
    }

    fn check_arms(&self) -> Result<(), Failure> {
        let names = self.arms.iter().map(|(name, _)| name);
        for (index, name) in names.enumerate() {
            if self.arms[..index].iter().any(|(other, _)| other == name) {
                return Err(Failure::usage(
                    format!("expected experiments with different names, found {name} twice"),
                    "copy one of the files to another name; or `mixup sweep` compares values of a key in one file",
                ));
            }
        }
        let Some(((baseline, other), arms)) = self.arms.split_last() else {
            return Ok(());
        };
        let check = |(arm, experiment): &Arm| check_images(arm, experiment, baseline, other);
        arms.iter().try_for_each(check)
    }

    /// The names of the arms, the baseline last.
    pub(crate) fn names(&self) -> Vec<String> {
        self.arms.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The manifest of the comparison before its first report.
    pub(crate) fn manifest(&self) -> Manifest {
        Manifest::new(self.names(), self.changes.clone(), self.seeds.0.len())
    }

    /// The runs of this process, seed by seed, so that complete pairs exist early.
    pub(crate) fn runs(&self) -> Vec<PlannedRun> {
        let pairs = self.seeds.0.iter().enumerate();
        pairs
            .filter(|(position, _)| self.shard.has(*position))
            .flat_map(|(_, &seed)| {
                let run = move |(name, experiment): &Arm| {
                    PlannedRun::new(&self.out, name, experiment, seed)
                };
                self.arms.iter().map(run)
            })
            .collect()
    }

    /// The runs of all arms that the folder has, also with seeds that are not planned. A report takes
    /// all of them.
    ///
    /// # Errors
    /// [`Failure::File`] if a folder cannot be read.
    pub(crate) fn existing_runs(&self) -> Result<Vec<PlannedRun>, Failure> {
        let mut runs = vec![];
        for (name, experiment) in &self.arms {
            runs.extend(PlannedRun::existing(&self.out, name, experiment)?);
        }
        Ok(runs)
    }
}

/// Requires an arm and its baseline to train on the same images.
fn check_images(
    arm: &str,
    experiment: &Experiment,
    baseline: &str,
    other: &Experiment,
) -> Result<(), Failure> {
    // How often an image is drawn does not make it another one.
    let data = DataTable {
        draw: experiment.data.draw,
        ..other.data.clone()
    };
    if experiment.data != data {
        let alike = experiment.with(|file| file.data = data)?;
        let key = alike.difference(experiment).unwrap_or_default();
        return Err(Failure::usage(
            format!("{baseline}: expected the same {key} as in {arm}, found another"),
            "give both experiments the same [data], so that they train on the same images",
        ));
    }
    if experiment.validation != other.validation {
        return Err(Failure::usage(
            format!(
                "expected one number of validation images in both experiments, found {} in {arm} and {} in {baseline}",
                experiment.validation, other.validation
            ),
            "give both the same validation, so that they train on the same images",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
