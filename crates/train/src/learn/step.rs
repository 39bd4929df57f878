//! The end of a step: from its gradients to new weights.

use burn::optim::GradientsParams;
use burn::train::Learner;

use crate::learn::classifier::Classifier;
use crate::learn::gradient_norm::clipped;
use crate::learn::weight_average::WeightAverage;

/// Ends steps: clips gradients, has the optimizer change the weights, and averages these.
#[derive(Debug, Default)]
pub struct StepEnd {
    /// The largest norm of the gradients of a step.
    pub clip_norm: Option<f64>,
    /// The average of the weights, if there is one.
    pub average: Option<WeightAverage>,
}

impl StepEnd {
    /// Ends a step of `learner` with the step's `gradients`.
    pub fn end(&mut self, learner: &mut Learner<Classifier>, gradients: GradientsParams) {
        let gradients = match self.clip_norm {
            Some(limit) => clipped(&learner.model(), gradients, limit),
            None => gradients,
        };
        learner.optimizer_step(gradients);
        if let Some(average) = self.average.take() {
            self.average = Some(average.updated(&learner.model().network));
        }
    }
}
