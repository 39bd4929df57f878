//! A run that was stopped, opened to be resumed.

use std::path::Path;

use burn::tensor::Device;
use mixup_data::ImageSet;

use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::checkpoint::Checkpoints;
use crate::run::data::Provenance;
use crate::run::epoch_row::EpochRow;
use crate::run::folder::RunFolder;
use crate::run::record::RunInfo;
use crate::run::start::check_validation;
use crate::run::train::Run;

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
        Ok(Self {
            folder,
            experiment,
            info,
        })
    }

    /// The rows up to the last whole checkpoint. Epochs written after it are trained again.
    ///
    /// # Errors
    /// [`Failure::Usage`] if rows or checkpoint are damaged, if one of them is missing, or if the
    /// checkpoint is of another network or of a version that kept it in another form.
    pub(crate) fn rows(&self) -> Result<Vec<EpochRow>, Failure> {
        let checkpoints = Checkpoints::new(self.folder.checkpoint());
        let done = checkpoints.last_epoch();
        if let Some(done) = done {
            // Any device will do to look at names and shapes; the CPU is always there.
            let classes = self.info.classes.len();
            let network = self.experiment.classifier(classes, &Device::flex());
            checkpoints.check(done, network, &self.info.version)?;
        }
        let done = done.unwrap_or(0);
        let mut rows = self.folder.rows()?;
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
                "start the run anew in another folder",
            ));
        }
        rows.truncate(done);
        Ok(rows)
    }

    /// The run, to be continued after `rows`, on the images that it began with. A version or a device other
    /// than before is added to the run's record.
    ///
    /// # Errors
    /// [`Failure::Usage`] if these are other images, [`Failure::File`].
    pub(crate) fn resume(
        self,
        rows: Vec<EpochRow>,
        images: ImageSet,
        data: &Provenance,
        device: SelectedDevice,
    ) -> Result<Run, Failure> {
        let Self {
            folder,
            experiment,
            mut info,
        } = self;
        check_fingerprint(&info, data)?;
        check_validation(&experiment, images.train.len())?;
        folder.reopen(&experiment)?;
        let before = info.clone();
        add_change(&mut info.version, env!("CARGO_PKG_VERSION"));
        add_change(&mut info.device, &device.name);
        if info != before {
            folder.write_info(&info)?;
        }
        Ok(Run {
            experiment,
            info,
            images,
            folder,
            device,
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
        format!("the run was trained on {} ({})", info.data, info.layout),
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
