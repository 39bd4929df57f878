//! A run before it trains: new in its folder, or opened to go on with.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use mixup_data::{ImageSet, PixelStorage, Policy};

use crate::device::choose::Chosen;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::Provenance;
use crate::run::folder::RunFolder;
use crate::run::record::{EpochRow, RunInfo};
use crate::run::train::Run;

/// What the experiment does to training images, where all its values are possible.
///
/// # Errors
/// [`Failure::Usage`] that names the value.
pub fn check(experiment: &Experiment) -> Result<Policy, Failure> {
    let hint = "correct the value on the command line or in the experiment";
    let result = experiment.check();
    result.map_err(|problem| Failure::usage(problem, hint))
}

/// Whether as many images as the experiment holds out leave any of `images` to train on.
///
/// # Errors
/// [`Failure::Usage`].
pub fn check_validation(experiment: &Experiment, images: usize) -> Result<(), Failure> {
    if experiment.validation < images {
        return Ok(());
    }
    Err(Failure::usage(
        format!(
            "validation: expected fewer than the {images} training images, found {}",
            experiment.validation
        ),
        "lower validation in the experiment",
    ))
}

/// A new run of `experiment`, with its folder.
///
/// # Errors
/// [`Failure`] where the experiment is impossible or the folder cannot be made.
pub fn begin(
    experiment: Experiment,
    name: &str,
    images: ImageSet,
    data: &Provenance,
    device: Chosen,
    path: &Path,
) -> Result<Run, Failure> {
    let policy = check(&experiment)?;
    check_validation(&experiment, images.train.len())?;
    let info = RunInfo {
        version: env!("CARGO_PKG_VERSION").into(),
        experiment: name.into(),
        device: device.name.clone(),
        device_kind: device.kind.name().into(),
        pixel_storage: PixelStorage::for_device(&device.device).to_string(),
        data: data.source.clone(),
        layout: data.layout.clone(),
        fingerprint: data.fingerprint.clone(),
        training_images: images.train.len() - experiment.validation,
        validation_images: experiment.validation,
        test_images: images.test.len(),
        classes: images.classes.clone(),
        seed: experiment.seed,
        started_unix_seconds: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs()),
    };
    let folder = RunFolder::create(path, &experiment, &info)?;
    Ok(Run {
        experiment,
        policy,
        info,
        images,
        folder,
        device,
        rows: vec![],
    })
}

/// A run folder that was opened to go on with.
pub struct Opened {
    /// The folder.
    pub folder: RunFolder,
    /// What is trained, with the epochs that it is to have.
    pub experiment: Experiment,
    /// Under which circumstances it began.
    pub info: RunInfo,
    /// The epochs that it has.
    pub rows: Vec<EpochRow>,
}

/// The run of an opened folder, on the images that it began with.
///
/// # Errors
/// [`Failure::Usage`] where these are other images, [`Failure::File`].
pub fn go_on(
    opened: Opened,
    images: ImageSet,
    data: &Provenance,
    device: Chosen,
) -> Result<Run, Failure> {
    let Opened {
        folder,
        experiment,
        mut info,
        rows,
    } = opened;
    check_fingerprint(&info, data)?;
    let policy = check(&experiment)?;
    check_validation(&experiment, images.train.len())?;
    folder.reopen(&experiment)?;
    let before = info.clone();
    also(&mut info.version, env!("CARGO_PKG_VERSION"));
    also(&mut info.device, &device.name);
    if info != before {
        folder.write_info(&info)?;
    }
    Ok(Run {
        experiment,
        policy,
        info,
        images,
        folder,
        device,
        rows,
    })
}

/// Adds what a resumed run has now to what it had before, unless it is the same.
fn also(known: &mut String, now: &str) {
    if known.rsplit(", then ").next() != Some(now) {
        *known = format!("{known}, then {now}");
    }
}

/// Whether `data` are the images that the run of `info` began with.
///
/// # Errors
/// [`Failure::Usage`].
pub fn check_fingerprint(info: &RunInfo, data: &Provenance) -> Result<(), Failure> {
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

    #[test]
    fn what_a_resumed_run_has_is_added_if_it_differs() {
        let mut device = "a".to_owned();
        for (now, expected) in [
            ("a", "a"),
            ("b", "a, then b"),
            ("b", "a, then b"),
            ("a", "a, then b, then a"),
        ] {
            also(&mut device, now);
            assert_eq!(device, expected);
        }
    }
}
