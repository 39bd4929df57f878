//! A run that was stopped, opened to be resumed.

use std::path::Path;

use burn::tensor::Device;
use mixup_data::UploadedSet;
use mixup_model::WeightsFile;

use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files;
use crate::run::checkpoint::{CheckpointDigests, Checkpoints};
use crate::run::data::Provenance;
use crate::run::data_place::way_from_run;
use crate::run::epoch_row::{EpochRow, best_row, rows_text};
use crate::run::file_names::{METRICS, RUN};
use crate::run::fits::SetFacts;
use crate::run::folder::RunFolder;
use crate::run::record::RunInfo;
use crate::run::start_weights::StartWeights;
use crate::run::train::Run;
use crate::run::weights_note::WeightsNote;

/// An open run folder. While it is open, no other process trains in it.
pub(crate) struct StoppedRun {
    /// The folder.
    pub folder: RunFolder,
    /// What is trained.
    pub experiment: Experiment,
    /// How the run was made so far.
    pub info: RunInfo,
}

impl StoppedRun {
    /// Opens the run at `path`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it is no run, is damaged, or another process trains in it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let (folder, experiment, info) = RunFolder::open(path)?;
        if info.seed != experiment.seed {
            let found = format!(
                "seed {} where experiment.toml has {}",
                info.seed, experiment.seed
            );
            return Err(files::damaged(&path.join(RUN), &found));
        }
        Ok(Self {
            folder,
            experiment,
            info,
        })
    }

    /// The rows up to the last whole checkpoint. Epochs written after it are trained again.
    ///
    /// # Errors
    /// [`Failure::Usage`] if rows, checkpoint or best weights are damaged, if one of them is missing that the
    /// run still needs, or if the checkpoint is of another network or of a version that kept it in another form.
    pub(crate) fn rows(&self) -> Result<Vec<EpochRow>, Failure> {
        let checkpoints = Checkpoints::new(self.folder.path(), self.folder.lock_handle());
        let last = checkpoints.last_epoch()?;
        let mut rows = self.folder.rows()?;
        let done = last.unwrap_or(0);
        // A kill between row and checkpoint leaves one row more.
        if !(done..=done + 1).contains(&rows.len()) {
            let found = match done {
                0 => "none".into(),
                done => format!("one of epoch {done}"),
            };
            return Err(Failure::usage(
                format!(
                    "{}: expected a checkpoint of the last of {} epochs, found {found}",
                    self.folder.path().display(),
                    rows.len(),
                ),
                files::DAMAGED_HINT,
            ));
        }
        rows.truncate(done);
        if let Some(done) = last {
            // Any device will do to look at names and shapes; the CPU is always there.
            let classes = self.info.classes.len();
            let network = self
                .experiment
                .classifier(self.info.shape, classes, &Device::flex());
            let digests = checkpoints.check(done, network, &self.info.version)?;
            let has_rows = |digests: &CheckpointDigests| digests.has_rows(&rows_text(&rows));
            if digests.as_ref().and_then(has_rows) == Some(false) {
                let path = self.folder.path().join(METRICS);
                return Err(files::damaged(
                    &path,
                    &"rows that differ from those of its checkpoint",
                ));
            }
            self.check_best(&rows, digests.as_ref())?;
        }
        Ok(rows)
    }

    /// Checks the best epoch's weights, unless the checkpoint has them, too.
    ///
    /// A run that keeps the test images for the end evaluates them when it finishes. Other runs can finish
    /// without them.
    fn check_best(
        &self,
        rows: &[EpochRow],
        digests: Option<&CheckpointDigests>,
    ) -> Result<(), Failure> {
        let Some(best) = best_row(rows).filter(|best| best.epoch < rows.len()) else {
            return Ok(());
        };
        let path = self.folder.best();
        let is_needed = self.experiment.validation > 0;
        let refuse = |found: &str| {
            let hint = if is_needed {
                files::DAMAGED_HINT
            } else {
                "remove the file to resume without it, or start the run anew in another folder"
            };
            Err(Failure::usage(
                format!(
                    "{}: expected the weights of epoch {}, found {found}",
                    path.display(),
                    best.epoch
                ),
                hint,
            ))
        };
        if !path.exists() {
            return if is_needed { refuse("no file") } else { Ok(()) };
        }
        let bytes = files::read_bytes(&path).map_err(Failure::file(&path))?;
        let is_whole = digests
            .and_then(|digests| digests.has_best(&bytes))
            .unwrap_or_else(|| {
                // Version 0.2.0 kept no digests.
                let weights = WeightsFile::parse(&path, bytes);
                let note = weights.ok().as_ref().and_then(WeightsNote::of);
                note.is_some_and(|note| note.epoch == best.epoch)
            });
        if is_whole {
            Ok(())
        } else {
            refuse("other bytes")
        }
    }

    /// The run, to be continued after `rows`, on the images that it began with. A run without rows starts from
    /// `start`, if these are the weights that it began with, else from the file that it recorded. A version or a device other
    /// than before is added to the run's record, and the images' place is kept.
    ///
    /// # Errors
    /// [`Failure::Usage`] if these are other images, or if the weights that a run without epochs starts from are gone;
    /// [`Failure::File`].
    pub(crate) fn resume(
        self,
        rows: Vec<EpochRow>,
        images: UploadedSet,
        data: &Provenance,
        device: SelectedDevice,
        start: Option<StartWeights>,
    ) -> Result<Run, Failure> {
        let Self {
            folder,
            experiment,
            mut info,
        } = self;
        check_fingerprint(&info, data)?;
        SetFacts::from(&images).check(&experiment)?;
        // Later epochs start from the checkpoint.
        let start = match rows.is_empty() {
            true => StartWeights::recorded(&info, start)?,
            false => None,
        };
        let before = info.clone();
        // The images are the same, but they may lie elsewhere now.
        info.data.clone_from(&data.source);
        info.layout.clone_from(&data.layout);
        info.fingerprint_origin = data.fingerprint_origin;
        info.data_from_run = way_from_run(folder.path(), &data.source);
        add_change(&mut info.version, env!("CARGO_PKG_VERSION"));
        add_change(&mut info.device, &device.name);
        info.threads = info
            .threads
            .filter(|threads| *threads == rayon::current_num_threads());
        let write = || {
            folder.reopen(&experiment)?;
            if info != before {
                folder.write_info(&info)?;
            }
            Ok(())
        };
        match rows.len() {
            0 => write()?,
            done => {
                Checkpoints::new(folder.path(), folder.lock_handle()).describe_anew(done, write)?
            }
        }
        Ok(Run {
            experiment,
            info,
            images,
            folder,
            device,
            start,
            rows,
            not_read: data.not_read(),
        })
    }
}

/// Adds `now` to `known`, such as `0.2.0, then 0.3.0`, unless it is the last there.
fn add_change(known: &mut String, now: &str) {
    if known.rsplit(", then ").next() != Some(now) {
        *known = format!("{known}, then {now}");
    }
}

/// Refuses `data` that are not the images of the run that `info` describes.
///
/// # Errors
/// [`Failure::Usage`].
pub(crate) fn check_fingerprint(info: &RunInfo, data: &Provenance) -> Result<(), Failure> {
    if data.fingerprint == info.fingerprint {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "{}: expected images with fingerprint {:.12}…, found {:.12}…",
            data.source, info.fingerprint, data.fingerprint
        ),
        format!(
            "give the images as they were with --data PATH; the run was trained on {} ({})",
            info.data, info.layout
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is recorded of a run that had `before` and then has each of `now`.
    fn recorded(before: &str, now: &[&str]) -> String {
        let mut known = before.to_owned();
        for now in now {
            add_change(&mut known, now);
        }
        known
    }

    #[test]
    fn the_same_version_is_recorded_once() {
        assert_eq!(recorded("0.3.0", &["0.3.0", "0.3.0"]), "0.3.0");
    }

    #[test]
    fn another_version_is_added() {
        assert_eq!(recorded("0.2.0", &["0.3.0", "0.3.0"]), "0.2.0, then 0.3.0");
    }

    #[test]
    fn a_device_that_comes_back_is_added_again() {
        assert_eq!(recorded("a", &["b", "a"]), "a, then b, then a");
    }
}
