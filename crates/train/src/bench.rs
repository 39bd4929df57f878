//! What `mixup bench` measures, and how.
//!
//! Everything is measured in windows of several steps. The program waits for the device only at the ends
//! of a window, so a GPU is not slowed down more than in training. [`epochs`] times the training path,
//! [`bare_step`] a step without its loop, and [`phases`] each part of a step alone. [`inference`] times a
//! network that is not trained.

pub(crate) mod bare_step;
pub(crate) mod clock;
pub(crate) mod epochs;
pub mod flop;
pub(crate) mod gemm;
pub(crate) mod inference;
pub(crate) mod peak_memory;
pub(crate) mod phases;
pub(crate) mod report;
mod stage;
mod stages;
mod table;
pub(crate) mod trial;
mod update;
pub(crate) mod window;

use std::time::Instant;

use mixup_data::{Batcher, Split, UploadedSet, Visits};

use self::bare_step::BareStep;
use self::clock::Effort;
use self::inference::Inference;
use self::peak_memory::peak_bytes;
use self::report::{Conditions, InferenceReport, Rate, Report};
use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::Loaded;
use crate::run::watch::Watch;

/// A benchmark: what is measured, where, and for how long.
pub struct Subject {
    /// The network and how it learns.
    pub experiment: Experiment,
    /// The experiment's name.
    pub name: String,
    /// The device.
    pub device: SelectedDevice,
    /// Images in an epoch of the training path, which is one window. At least one batch.
    pub window: usize,
    /// Steps in a window of anything else, from 1.
    pub steps: usize,
    /// How long each thing is measured.
    pub effort: Effort,
}

impl Subject {
    /// Measures the bare step, the training path and, if `phases` is set, each phase. `loaded` has
    /// [`window`](Self::window) training images.
    ///
    /// # Errors
    /// Any [`Failure`] of training.
    pub fn measure(
        &self,
        loaded: Loaded,
        phases: bool,
        watch: &dyn Watch,
    ) -> Result<Report, Failure> {
        let Loaded { images, source, .. } = loaded;
        let Self {
            experiment,
            device,
            effort,
            ..
        } = self;
        let (batch_size, steps) = (experiment.batch_size, self.steps);
        let images = images.upload(&device.device)?;
        let batcher = Batcher::of(
            &first(&images.train, batch_size),
            images.classes.len(),
            experiment.normalisation.constants(&images.normalisation),
        );
        let plan = batcher.plan(&Visits::Training {
            seed: u64::from(experiment.seed),
            epoch: 1,
            policy: experiment.policy(),
        });

        watch.say("measuring the bare step");
        let (warm_up, bare) = {
            let mut bare = BareStep::new(experiment, batcher.make(&plan, 0..batch_size, None)?);
            // Caches, threads; a GPU's kernels are compiled and tuned.
            let start = Instant::now();
            bare.window(steps)?;
            let warm_up = start.elapsed().as_secs_f64();
            (warm_up, effort.spend(|| bare.window(steps))?)
        };
        let bare_step = Rate::of(&bare, steps * batch_size);

        watch.say("measuring the training path");
        let training = self.training(images, bare_step.images_per_second.median)?;
        let peak_memory_bytes = peak_bytes();

        let report = Report {
            conditions: self.conditions(source),
            images_per_second: training.images_per_second.median,
            training,
            bare_step,
            warm_up_seconds: warm_up,
            peak_memory_bytes,
            gemm: None,
            phases: None,
        };
        if !phases {
            return Ok(report);
        }
        watch.say("measuring the phases");
        let phases = phases::measure(experiment, &batcher, &plan, device, steps, effort)?;
        Ok(report.with_phases(&phases))
    }

    /// Measures inference: passes over the images in evaluation mode. `loaded` has
    /// [`window`](Self::window) training images.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails, [`Failure::OutputNotFinite`] if an output is not a number.
    pub fn measure_inference(
        &self,
        loaded: Loaded,
        watch: &dyn Watch,
    ) -> Result<InferenceReport, Failure> {
        let Loaded { images, source, .. } = loaded;
        watch.say("measuring inference");
        let images = images.upload(&self.device.device)?;
        let inference = Inference::new(&self.experiment, &images, &self.device);
        // Caches, threads; a GPU's kernels are compiled and tuned.
        let start = Instant::now();
        inference.pass()?;
        let warm_up_seconds = start.elapsed().as_secs_f64();
        let rates = self.effort.spend(|| inference.pass())?;
        let inference = Rate::of(&rates, self.window);
        Ok(InferenceReport {
            conditions: self.conditions(source),
            images_per_second: inference.images_per_second.median,
            inference,
            warm_up_seconds,
            peak_memory_bytes: peak_bytes(),
        })
    }

    /// What is measured, on images of `source`.
    fn conditions(&self, source: String) -> Conditions {
        Conditions {
            version: env!("CARGO_PKG_VERSION"),
            device: self.device.name.clone(),
            device_kind: self.device.kind.name(),
            threads: rayon::current_num_threads(),
            experiment: self.name.clone(),
            data: source,
            batch_size: self.experiment.batch_size,
        }
    }

    /// The training path, in as many epochs as fit at the rate of the bare step.
    fn training(&self, images: UploadedSet, bare_rate: f64) -> Result<Rate, Failure> {
        let Self {
            experiment,
            device,
            window,
            ..
        } = self;
        // Warms up what the bare step does not use.
        let few = UploadedSet {
            train: first(&images.train, experiment.batch_size),
            ..images.clone()
        };
        epochs::rates(experiment, few, device, 1)?;
        let epochs = self.effort.windows_of(*window as f64 / bare_rate);
        let rates = epochs::rates(experiment, images, device, epochs)?;
        Ok(Rate::of(&rates, *window))
    }
}

/// The first `count` images of `split`, or all if there are fewer.
fn first(split: &Split, count: usize) -> Split {
    let positions: Vec<u32> = (0_u32..).take(count.min(split.len())).collect();
    split.select(&positions)
}
