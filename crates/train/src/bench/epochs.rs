//! The training path: whole epochs as `mixup train` runs them.

use mixup_data::ImageSet;

use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::schedule::Schedule;
use crate::run::data::Provenance;
use crate::run::folder::RunFolder;
use crate::run::start::begin;
use crate::run::watch::Unwatched;

/// Images a second of each of `epochs` epochs over `images`, as the run folder has them: from the
/// epoch's plan to the last reading of its metrics, without the test pass and the checkpoint.
///
/// The run is a real one: plan, loader, learner, metrics, folder. It is written to a folder among
/// the system's temporary files, which is removed.
///
/// # Errors
/// Any [`Failure`] of training; [`Failure::Stopped`] where the user stopped it.
pub(crate) fn rates(
    experiment: &Experiment,
    images: ImageSet,
    device: &SelectedDevice,
    epochs: usize,
) -> Result<Vec<f64>, Failure> {
    let experiment = experiment.with(|file| {
        file.epochs = epochs;
        // A window is few images, and all of them train.
        file.validation = 0;
        // What belongs to the end or to the length of a training is no part of an epoch's rate.
        file.robustness = None;
        file.schedule = Schedule::default();
        file.mixing.off_for_last = 0;
    })?;
    let data = Provenance {
        source: String::new(),
        layout: String::new(),
        fingerprint: String::new(),
    };
    let place = std::env::temp_dir();
    let folder = tempfile::Builder::new()
        .prefix("mixup-bench-")
        .tempdir_in(&place)
        .map_err(Failure::file(&place))?;
    let run = begin(
        experiment,
        "bench",
        images,
        &data,
        device.clone(),
        folder.path(),
    )?;
    run.train(&Unwatched).map_err(|failure| match failure {
        // What was trained is gone, so there is nothing to go on with.
        Failure::Interrupted { .. } => Failure::Stopped,
        other => other,
    })?;
    let (run, ..) = RunFolder::open(folder.path())?;
    let rows = run.rows()?;
    Ok(rows.iter().map(|row| row.images_per_second).collect())
}
