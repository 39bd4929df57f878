//! `mixup train --dry-run`: what a run would take. Nothing is trained or written.

use std::path::Path;

use mixup_data::UploadedSet;
use serde::Serialize;

use crate::bench::trial::Trial;
use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::files;
use crate::run::damaged_clouds;
use crate::run::introduction::introduce_plan;
use crate::run::plural::counted;
use crate::run::record::RunInfo;
use crate::run::rough_time::rough_time;
use crate::run::splits::TRAINING_SAMPLE;
use crate::terminal::ui::{Ui, print_result};

/// A run that is not trained.
pub(super) struct DryRun<'a> {
    pub(super) experiment: &'a Experiment,
    pub(super) info: &'a RunInfo,
    pub(super) images: &'a UploadedSet,
    pub(super) device: &'a SelectedDevice,
    /// The run folder that would be made.
    pub(super) path: &'a Path,
    /// What the data hold and is not read, as the end of the line `data`.
    pub(super) not_read: &'a str,
    /// How long the trial is to take.
    pub(super) seconds: u16,
}

impl DryRun<'_> {
    /// Measures, and prints what the run would take: in words, or with `json` as one line.
    ///
    /// # Errors
    /// Those of [`Trial::of`].
    pub(super) fn show(&self, ui: &Ui, format: Format) -> Result<(), Failure> {
        let Self {
            experiment,
            info,
            images,
            device,
            seconds,
            ..
        } = *self;
        introduce_plan(experiment, info, device, self.not_read, ui);
        ui.say(&format!("trial   of {}", counted(seconds.into(), "second")));
        let trial = Trial::of(experiment, images, device, f64::from(seconds))?;
        let needs = Needs::new(experiment, info, &trial, &self.path.display().to_string());
        match format {
            Format::Json => print_result(&files::json_line(&needs)),
            Format::Words => needs.lines().iter().for_each(|line| print_result(line)),
        }
        Ok(())
    }
}

/// How the result is printed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    /// In words.
    Words,
    /// As one line of JSON.
    Json,
}

/// What a run takes, and what was measured to know it.
#[derive(Clone, Debug, Serialize)]
struct Needs {
    dry_run: bool,
    /// The run folder that would be made.
    run: String,
    experiment: String,
    seed: u32,
    /// What the samples are: images or clouds.
    #[serde(skip)]
    samples: &'static str,
    network: &'static str,
    parameters: usize,
    epochs: usize,
    batch_size: usize,
    /// Batches of a step.
    accumulate: usize,
    training_images: usize,
    /// Images that are judged after each epoch.
    judged_images: usize,
    steps_per_epoch: usize,
    steps: usize,
    /// Training images of all epochs.
    images: usize,
    /// Seconds of the whole run without attacks: an estimate.
    estimated_seconds: f64,
    measured: Measured,
}

/// What the trial measured.
#[derive(Clone, Copy, Debug, Serialize)]
struct Measured {
    seconds: f64,
    training_images_per_second: f64,
    judged_images_per_second: f64,
    /// Peak main memory, or null if the system does not report it. A GPU's own memory is not included.
    peak_memory_bytes: Option<u64>,
}

impl Needs {
    fn new(experiment: &Experiment, info: &RunInfo, trial: &Trial, run: &str) -> Self {
        let training_images = info.training_images;
        let judged_images = match info.validation_images {
            0 => info.test_images,
            images => images,
        };
        let (epochs, batch_size) = (experiment.epochs, experiment.batch_size);
        let steps_per_epoch = experiment.accumulation(training_images).steps();
        let images = epochs * training_images;
        // After the last epoch, the network is judged on the test images and on some training images.
        let judged =
            epochs * judged_images + info.test_images + training_images.min(TRAINING_SAMPLE);
        let damaged = experiment.corruptions.as_ref().map_or(0, |table| {
            damaged_clouds::judgements(table.clouds.min(info.test_images))
        });
        let judged = judged + damaged;
        let network = &experiment.network;
        let parameters = network.parameters(info.shape.dims(), info.classes.len());
        let sizes = parameters
            .iter()
            .map(|(_, shape)| shape.iter().product::<usize>());
        Self {
            dry_run: true,
            run: run.to_owned(),
            experiment: info.experiment.clone(),
            seed: info.seed,
            samples: info.shape.plural(),
            network: network.name.name(),
            parameters: sizes.sum(),
            epochs,
            batch_size,
            accumulate: experiment.accumulate,
            training_images,
            judged_images,
            steps_per_epoch,
            steps: epochs * steps_per_epoch,
            images,
            estimated_seconds: images as f64 / trial.training + judged as f64 / trial.judging,
            measured: Measured {
                seconds: trial.seconds,
                training_images_per_second: trial.training,
                judged_images_per_second: trial.judging,
                peak_memory_bytes: trial.peak_memory_bytes,
            },
        }
    }

    fn lines(&self) -> Vec<String> {
        let Measured {
            seconds,
            training_images_per_second: training,
            judged_images_per_second: judged,
            peak_memory_bytes,
        } = self.measured;
        let mut lines = vec![
            format!(
                "network {}: {}",
                self.network,
                counted(self.parameters, "parameter")
            ),
            format!(
                "steps   {} of {} {}: {} of {}, {} {} in all",
                counted(self.steps, "step"),
                self.batch_size * self.accumulate,
                self.samples,
                counted(self.epochs, "epoch"),
                self.steps_per_epoch,
                self.images,
                self.samples,
            ),
        ];
        if let Some(bytes) = peak_memory_bytes {
            lines.push(format!(
                "memory  {:.0} MB at most in the trial",
                bytes as f64 / 1e6
            ));
        }
        lines.push(format!(
            "time    about {} (an estimate)",
            rough_time(self.estimated_seconds)
        ));
        lines.push(format!(
            "        by {training:.0} {0}/s in training and {judged:.0} {0}/s in judging, in {seconds:.0} s",
            self.samples
        ));
        lines.push(format!(
            "nothing was trained or written; the run folder would be {}",
            self.run
        ));
        lines
    }
}

#[cfg(test)]
mod tests;
