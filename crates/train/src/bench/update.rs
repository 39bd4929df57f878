//! The optimizer's part of a step, measured alone.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use burn::train::Learner;
use mixup_data::MixupBatch;

use super::clock::timed;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::learn::step::StepEnd;

/// A learner, and the real gradients of one step.
pub(crate) struct Update {
    learner: Learner<Classifier>,
    gradients: GradientsParams,
    step: StepEnd,
}

impl Update {
    /// The learner of `classifier`, with its gradients for `batch`.
    pub(crate) fn new(experiment: &Experiment, classifier: Classifier, batch: &MixupBatch) -> Self {
        let step = experiment.step_end(&classifier);
        let learner = experiment.learner(classifier, batch.inputs.dims()[0]);
        let gradients = learner.train_step(batch.clone()).grads;
        Self {
            learner,
            gradients,
            step,
        }
    }

    /// Seconds per step, over a window of `steps`.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails.
    pub(crate) fn window(&mut self, device: &Device, steps: usize) -> Result<f64, Failure> {
        let copies: Vec<GradientsParams> = (0..steps).map(|_| self.copy()).collect();
        let (learner, step) = (&mut self.learner, &mut self.step);
        let seconds = timed(device, || {
            for gradients in copies {
                learner.lr_step();
                step.end(learner, gradients);
            }
        })?;
        Ok(seconds / steps as f64)
    }

    /// Copies of the gradients in separate memory, as a backward pass returns them.
    fn copy(&self) -> GradientsParams {
        struct Copier<'a> {
            from: &'a GradientsParams,
            to: GradientsParams,
        }
        impl ModuleVisitor for Copier<'_> {
            fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
                if let Some(gradient) = self.from.get::<D>(param.id) {
                    self.to.register(param.id, gradient + 0.0);
                }
            }
        }
        let mut copier = Copier {
            from: &self.gradients,
            to: GradientsParams::new(),
        };
        self.learner.model().visit(&mut copier);
        copier.to
    }
}
