//! A short trial of a run: how fast it would train and judge, without a run folder.

use std::time::{Duration, Instant};

use burn::tensor::Device;
use burn::train::Learner;
use mixup_data::{Batcher, PassPlan, Split, UploadedSet, Visits};

use super::clock::{Spread, timed};
use super::first;
use super::inference::Inference;
use super::peak_memory::peak_bytes;
use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::learn::step::StepEnd;

/// The share of the time that training takes. The rest is for judging.
const TRAINING_SHARE: f64 = 0.7;
/// Steps that warm up caches and threads; a GPU's kernels are compiled and tuned.
const WARM_UP_STEPS: usize = 2;
/// The shortest window. The device is waited for only at its ends.
const SHORTEST_WINDOW: f64 = 0.25;
/// The fewest windows of each kind.
const FEWEST: usize = 2;

/// What a trial found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial {
    /// Training images a second, with making and mixing batches: the median of windows.
    pub training: f64,
    /// Images a second that are judged without gradients: the median of windows.
    pub judging: f64,
    /// Seconds that the trial took.
    pub seconds: f64,
    /// Peak main memory of the process, in bytes, if the system reports it.
    pub peak_memory_bytes: Option<u64>,
}

impl Trial {
    /// Trains and judges for about `seconds` on the first images of `images`. What is trained is thrown away.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails, [`Failure::OutputNotFinite`] if the network diverges.
    pub(crate) fn of(
        experiment: &Experiment,
        images: &UploadedSet,
        device: &SelectedDevice,
        seconds: f64,
    ) -> Result<Self, Failure> {
        let start = Instant::now();
        let mut steps = Steps::new(experiment, images, device);
        steps.seconds(WARM_UP_STEPS)?;
        let training = steps.median_rate(seconds * TRAINING_SHARE)?;
        drop(steps);
        let left = seconds - start.elapsed().as_secs_f64();
        let judging = judging_rate(experiment, images, device, training, left)?;
        Ok(Self {
            training,
            judging,
            seconds: start.elapsed().as_secs_f64(),
            peak_memory_bytes: peak_bytes(),
        })
    }
}

/// The steps of a first epoch, again and again.
struct Steps {
    batcher: Batcher,
    plan: PassPlan,
    learner: Learner<Classifier>,
    end: StepEnd,
    device: Device,
    batch_size: usize,
    images: usize,
    /// The first image of the next batch.
    next: usize,
}

impl Steps {
    fn new(experiment: &Experiment, images: &UploadedSet, device: &SelectedDevice) -> Self {
        let train = &images.train;
        let classes = images.classes.len();
        let constants = experiment.normalisation.constants(&images.normalisation);
        let classifier =
            experiment.classifier(train.shape(), classes, &device.device.clone().autodiff());
        // Only whole batches are timed, unless there is none.
        let batch_size = experiment.batch_size.min(train.len());
        let batcher = Batcher::of(train, classes, constants);
        Self {
            plan: batcher.plan(&Visits::Training {
                seed: u64::from(experiment.seed),
                epoch: 1,
                policy: experiment.policy(),
            }),
            batcher,
            end: experiment.step_end(&classifier),
            learner: experiment.learner(classifier, train.len()),
            device: device.device.clone(),
            batch_size,
            images: train.len(),
            next: 0,
        }
    }

    /// Seconds of `count` steps.
    fn seconds(&mut self, count: usize) -> Result<f64, Failure> {
        let device = self.device.clone();
        let mut stepped = Ok(());
        let seconds = timed(&device, || {
            stepped = (0..count).try_for_each(|_| self.step());
        })?;
        stepped.map(|()| seconds)
    }

    fn step(&mut self) -> Result<(), Failure> {
        if self.next + self.batch_size > self.images {
            self.next = 0;
        }
        let range = self.next..self.next + self.batch_size;
        self.next = range.end;
        let batch = self.batcher.make(&self.plan, range, None)?;
        let output = self.learner.train_step(batch);
        // The rate of a schedule need not follow: what a step costs does not depend on it.
        self.end.end(&mut self.learner, output.grads);
        Ok(())
    }

    /// Images a second: the median of windows that together take `seconds`.
    fn median_rate(&mut self, seconds: f64) -> Result<f64, Failure> {
        let start = Instant::now();
        let is_over = || start.elapsed() >= Duration::from_secs_f64(seconds);
        let (mut steps, mut rates) = (1, vec![]);
        while rates.len() < FEWEST || !is_over() {
            let taken = self.seconds(steps)?;
            if taken < SHORTEST_WINDOW && !is_over() {
                steps *= 2;
            } else {
                rates.push((steps * self.batch_size) as f64 / taken.max(1e-9));
            }
        }
        Ok(Spread::of(&rates).median)
    }
}

/// Images a second of passes over the images that are judged after an epoch, or over the first of them.
/// `training` is the rate of training, by which their number is chosen.
fn judging_rate(
    experiment: &Experiment,
    images: &UploadedSet,
    device: &SelectedDevice,
    training: f64,
    seconds: f64,
) -> Result<f64, Failure> {
    let judged: &Split = images.validation.as_ref().unwrap_or(&images.test);
    // A pass takes about half a second: without gradients, images are about three times as fast.
    let count = ((training * 1.5) as usize).max(experiment.batch_size);
    let images = UploadedSet {
        train: first(judged, count),
        ..images.clone()
    };
    let inference = Inference::new(experiment, &images, device);
    inference.pass()?;
    let start = Instant::now();
    let mut rates = vec![];
    while rates.len() < FEWEST || start.elapsed().as_secs_f64() < seconds {
        rates.push(inference.pass()?);
    }
    Ok(Spread::of(&rates).median)
}

#[cfg(test)]
mod tests;
