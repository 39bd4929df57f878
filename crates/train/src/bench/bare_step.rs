//! The bare step: forward, backward and optimizer on one prepared batch.

use burn::tensor::Device;
use burn::train::Learner;
use mixup_data::MixupBatch;

use super::clock::timed;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::learn::step::StepEnd;

/// A network that trains on the same batch repeatedly.
pub(crate) struct BareStep {
    learner: Learner<Classifier>,
    batch: MixupBatch,
    device: Device,
    step: StepEnd,
}

impl BareStep {
    /// The experiment's network at its initial weights, on the device of `batch`.
    pub(crate) fn new(experiment: &Experiment, batch: MixupBatch) -> Self {
        let device = batch.inputs.device();
        let classifier = experiment.classifier_for(&batch, &device.clone().autodiff());
        let images = batch.count;
        Self {
            step: experiment.step_end(&classifier),
            learner: experiment.learner(classifier, images),
            batch,
            device,
        }
    }

    /// Images per second over one window of `steps` steps.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails.
    pub(crate) fn window(&mut self, steps: usize) -> Result<f64, Failure> {
        let images = self.batch.count;
        let (learner, batch, step) = (&mut self.learner, &self.batch, &mut self.step);
        let seconds = timed(&self.device, || {
            for _ in 0..steps {
                let output = learner.train_step(batch.clone());
                learner.lr_step();
                step.end(learner, output.grads);
            }
        })?;
        Ok((steps * images) as f64 / seconds)
    }
}
