//! Starts a new run.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use mixup_data::{PixelStorage, SampleShape, UploadedSet};

use crate::device::selected::{DeviceKind, SelectedDevice};
use crate::experiment::{Experiment, PixelNormalisation};
use crate::failure::Failure;
use crate::run::data::Provenance;
use crate::run::data_place::way_from_run;
use crate::run::fits::SetFacts;
use crate::run::folder::RunFolder;
use crate::run::record::RunInfo;
use crate::run::start_weights::StartWeights;
use crate::run::train::Run;

/// Creates a new run of `experiment` and its folder at `path`. `start` are the weights that the experiment names.
///
/// # Errors
/// [`Failure`] if the experiment does not fit the images, or the folder cannot be created.
pub(crate) fn begin(
    experiment: Experiment,
    start: Option<StartWeights>,
    name: &str,
    images: UploadedSet,
    data: &Provenance,
    device: SelectedDevice,
    path: &Path,
) -> Result<Run, Failure> {
    let info = describe(
        &experiment,
        start.as_ref(),
        name,
        &images,
        data,
        &device,
        path,
    )?;
    let folder = RunFolder::create(path, &experiment, &info)?;
    Ok(Run {
        experiment,
        info,
        images,
        folder,
        device,
        start,
        rows: vec![],
        not_read: data.not_read(),
    })
}

/// What is recorded of a run of `experiment` that starts now, with its folder at `path`.
///
/// # Errors
/// [`Failure`] if the experiment does not fit the images.
pub(crate) fn describe(
    experiment: &Experiment,
    start: Option<&StartWeights>,
    name: &str,
    images: &UploadedSet,
    data: &Provenance,
    device: &SelectedDevice,
    path: &Path,
) -> Result<RunInfo, Failure> {
    let facts = SetFacts::from(images);
    facts.check(experiment)?;
    let start =
        start.map(|start| start.info(&experiment.network, facts.shape, images.classes.len()));
    Ok(RunInfo {
        version: env!("CARGO_PKG_VERSION").into(),
        experiment: name.into(),
        device: device.name.clone(),
        device_kind: device.kind.name().into(),
        threads: (device.kind == DeviceKind::Cpu).then(rayon::current_num_threads),
        pixel_storage: storage_in_words(facts.shape, device),
        data: data.source.clone(),
        data_from_run: way_from_run(path, &data.source),
        layout: data.layout.clone(),
        fingerprint: data.fingerprint.clone(),
        fingerprint_origin: data.fingerprint_origin,
        shape: facts.shape,
        normalisation: match experiment.normalisation {
            PixelNormalisation::Auto => {
                Some(images.normalisation.clone()).filter(|own| !own.mean.is_empty())
            }
            PixelNormalisation::By(_) => None,
        },
        start: start.transpose()?,
        training_images: facts.training - experiment.validation,
        validation_images: facts.validation + experiment.validation,
        test_images: images.test.len(),
        classes: images.classes.clone(),
        seed: experiment.seed,
        started_unix_seconds: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_secs()),
    })
}

/// In which numbers samples of `shape` are kept for `device`.
pub(super) fn storage_in_words(shape: SampleShape, device: &SelectedDevice) -> String {
    match shape {
        SampleShape::Image(_) => PixelStorage::for_device(&device.device).to_string(),
        SampleShape::Cloud(_) => "f32".into(),
    }
}
