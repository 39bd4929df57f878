//! Starts a new run.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use mixup_data::{PixelStorage, UploadedSet};

use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::Provenance;
use crate::run::data_place::way_from_run;
use crate::run::folder::RunFolder;
use crate::run::record::RunInfo;
use crate::run::train::Run;

/// Checks that the validation split leaves images to train on. `images` is the number of training images.
///
/// # Errors
/// [`Failure::Usage`] if the split takes all of them.
pub(crate) fn check_validation(experiment: &Experiment, images: usize) -> Result<(), Failure> {
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

/// Creates a new run of `experiment` and its folder at `path`.
///
/// # Errors
/// [`Failure`] if the validation split takes all images, or the folder cannot be created.
pub(crate) fn begin(
    experiment: Experiment,
    name: &str,
    images: UploadedSet,
    data: &Provenance,
    device: SelectedDevice,
    path: &Path,
) -> Result<Run, Failure> {
    check_validation(&experiment, images.train.len())?;
    let info = RunInfo {
        version: env!("CARGO_PKG_VERSION").into(),
        experiment: name.into(),
        device: device.name.clone(),
        device_kind: device.kind.name().into(),
        pixel_storage: PixelStorage::for_device(&device.device).to_string(),
        data: data.source.clone(),
        data_from_run: way_from_run(path, &data.source),
        layout: data.layout.clone(),
        fingerprint: data.fingerprint.clone(),
        shape: images.train.shape(),
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
        info,
        images,
        folder,
        device,
        rows: vec![],
        not_read: data.not_read(),
    })
}
