//! What a comparison trains: two experiments, and one run of each for every seed.

use std::path::PathBuf;

use crate::comparison::manifest::Manifest;
use crate::comparison::planned_run::PlannedRun;
use crate::comparison::seeds::{Seeds, Shard};
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::DataSource;

/// The default number of pairs. With fewer, no exact test reaches p < 0.05.
pub(crate) const DEFAULT_PAIRS: u32 = 6;

/// Two experiments, and the seeds to compare them on.
#[derive(Clone, Debug)]
pub(crate) struct ComparisonPlan {
    /// Name and experiment of the arm and of its baseline, in this order.
    pub arms: [(String, Experiment); 2],
    /// One pair of runs for each seed.
    pub seeds: Seeds,
    /// The images that both arms train on and are tested on.
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
        let [(arm, experiment), (baseline, other)] = &self.arms;
        if arm == baseline {
            return Err(Failure::usage(
                format!("expected two experiments with different names, found {arm} twice"),
                "copy one of the files to another name",
            ));
        }
        if experiment.data != other.data {
            let alike = experiment.with(|file| file.data = other.data)?;
            let key = alike.difference(experiment).unwrap_or_default();
            return Err(Failure::usage(
                format!("{baseline}: expected the same {key} as in {arm}, found another"),
                "give both experiments the same [data], so that they train on the same images",
            ));
        }
        if experiment.validation != other.validation {
            return Err(Failure::usage(
                format!(
                    "expected one number of validation images in both experiments, found {} and {}",
                    experiment.validation, other.validation
                ),
                "give both the same validation, so that they train on the same images",
            ));
        }
        Ok(())
    }

    /// The manifest of the comparison before its first report.
    pub(crate) fn manifest(&self) -> Manifest {
        Manifest::new(self.arms.iter().map(|(name, _)| name.clone()).collect())
    }

    /// The runs of this process, pair by pair, so that complete pairs exist early.
    pub(crate) fn runs(&self) -> Vec<PlannedRun> {
        let pairs = self.seeds.0.iter().enumerate();
        pairs
            .filter(|(position, _)| self.shard.has(*position))
            .flat_map(|(_, &seed)| {
                let run = move |(name, experiment): &(String, Experiment)| {
                    PlannedRun::new(&self.out, name, experiment, seed)
                };
                self.arms.iter().map(run)
            })
            .collect()
    }

    /// The runs of both arms that the folder has, also with seeds that are not planned. A report takes
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

#[cfg(test)]
mod tests;
