//! The training path: whole epochs as `mixup train` runs them.

use mixup_data::UploadedSet;

use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::schedule::Schedule;
use crate::run::data::Provenance;
use crate::run::folder::RunFolder;
use crate::run::start::begin;
use crate::run::watch::Unwatched;

/// Images per second of each of `epochs` epochs over `images`, as a run folder records them: from the
/// epoch's plan to the last reading of its metrics, without the test pass and the checkpoint.
///
/// The run is a real one: plan, loader, learner, metrics, folder. It is written to a temporary folder,
/// which is removed afterwards.
///
/// # Errors
/// Any [`Failure`] of training, and [`Failure::Stopped`] if the user stops it.
pub(crate) fn rates(
    experiment: &Experiment,
    images: UploadedSet,
    device: &SelectedDevice,
    epochs: usize,
) -> Result<Vec<f64>, Failure> {
    let experiment = experiment.with(|file| {
        file.epochs = epochs;
        // A window has few images, and all of them are trained on.
        file.validation = 0;
        // Settings that act at the end of a run or depend on its length do not belong to an epoch's rate.
        file.patience = None;
        file.robustness = None;
        file.corruptions = None;
        file.schedule = Schedule::default();
        file.mixing.off_for_last = 0;
    })?;
    let data = Provenance {
        source: String::new(),
        layout: String::new(),
        fingerprint: String::new(),
        fingerprint_origin: None,
        passed_over: vec![],
    };
    let place = std::env::temp_dir();
    let folder = tempfile::Builder::new()
        .prefix("mixup-bench-")
        .tempdir_in(&place)
        .map_err(Failure::file(&place))?;
    let run = begin(
        experiment,
        None,
        "bench",
        images,
        &data,
        device.clone(),
        folder.path(),
    )?;
    run.train(&Unwatched).map_err(|failure| match failure {
        // The trained run is gone, so there is nothing to resume.
        Failure::Interrupted { .. } => Failure::Stopped,
        other => other,
    })?;
    let (run, ..) = RunFolder::open(folder.path())?;
    let rows = run.rows()?;
    Ok(rows.iter().map(|row| row.images_per_second).collect())
}
