//! A network with its loss: what Burn's learner trains.

use burn::module::Module;
use burn::tensor::{Device, ExecutionError, Tensor};
use burn::train::{InferenceStep, ItemLazy, TrainOutput, TrainStep};
use mixup_data::{MixupBatch, Purpose, stream};
use mixup_model::Cnn;

use crate::experiment::{Experiment, Loss};

/// A network and the loss that it is trained by.
#[derive(Module, Debug)]
pub struct Classifier {
    /// The network; its outputs are logits.
    pub network: Cnn,
    #[module(skip)]
    loss: Loss,
}

impl Classifier {
    /// The experiment's network for `classes` classes, with the initial weights of its seed.
    ///
    /// For training, `device` has autodiff.
    pub fn init(experiment: &Experiment, classes: usize, device: &Device) -> Self {
        let mut rng = stream(u64::from(experiment.seed), Purpose::Weights, 0);
        Self {
            network: experiment
                .network
                .init(classes, &mut rng, device)
                .with_precision(experiment.precision),
            loss: experiment.loss,
        }
    }

    /// `network` judged by `loss`.
    pub fn new(network: Cnn, loss: Loss) -> Self {
        Self { network, loss }
    }

    /// Logits f32 `[batch, classes]` and mean loss `[1]` of a batch.
    pub fn judge(&self, batch: &MixupBatch) -> (Tensor<2>, Tensor<1>) {
        let logits = self.network.forward(batch.images.clone());
        let loss = self.loss.forward(logits.clone(), batch.targets.clone());
        (logits, loss)
    }
}

/// What the metrics of a step need; it stays on the device.
#[derive(Clone, Debug)]
pub struct StepOutput {
    /// Images in the batch.
    pub images: usize,
    /// The batch's mean loss times its images, `[1]`.
    pub loss: Tensor<1>,
    /// Images whose largest output is that of the largest target, `[1]`.
    pub correct: Tensor<1>,
}

impl StepOutput {
    fn new(logits: Tensor<2>, loss: Tensor<1>, targets: Tensor<2>) -> Self {
        let [images, _] = targets.dims();
        let hits = logits
            .without_autodiff()
            .argmax(1)
            .equal(targets.argmax(1))
            .float();
        Self {
            images,
            loss: loss.without_autodiff() * images as f64,
            correct: hits.sum(),
        }
    }
}

impl ItemLazy for StepOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        self.loss.device().flush()?;
        Ok(self)
    }
}

impl TrainStep for Classifier {
    type Input = MixupBatch;
    type Output = StepOutput;

    fn step(&self, batch: MixupBatch) -> TrainOutput<StepOutput> {
        let (logits, loss) = self.judge(&batch);
        let gradients = loss.backward();
        let output = StepOutput::new(logits, loss, batch.targets);
        TrainOutput::new(self, gradients, output)
    }
}

impl InferenceStep for Classifier {
    type Input = MixupBatch;
    type Output = StepOutput;

    fn step(&self, batch: MixupBatch) -> StepOutput {
        let (logits, loss) = self.judge(&batch);
        StepOutput::new(logits, loss, batch.targets)
    }
}
