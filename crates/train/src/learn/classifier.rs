//! A network with its loss: what Burn's learner trains.

use burn::module::Module;
use burn::tensor::{ExecutionError, Tensor};
use burn::train::{InferenceStep, ItemLazy, TrainOutput, TrainStep};
use mixup_data::MixupBatch;
use mixup_model::Network;

use crate::learn::loss::Loss;

/// A network and its loss.
#[derive(Module, Debug)]
pub struct Classifier {
    /// The network; its outputs are logits.
    pub network: Network,
    #[module(skip)]
    loss: Loss,
    /// How many of the first stages are not trained.
    #[module(skip)]
    frozen: usize,
}

impl Classifier {
    /// `network`, trained and evaluated with `loss`.
    pub fn new(network: Network, loss: Loss) -> Self {
        Self {
            network,
            loss,
            frozen: 0,
        }
    }

    /// The same classifier, whose first `frozen` stages are not trained.
    #[must_use]
    pub fn with_frozen(self, frozen: usize) -> Self {
        Self { frozen, ..self }
    }

    /// Its loss.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// Logits f32 `[rows, classes]` and mean loss `[1]` of a batch. Padding rows have logits but do not
    /// count in the loss.
    pub fn judge(&self, batch: &MixupBatch) -> (Tensor<2>, Tensor<1>) {
        self.judge_with(batch, 0)
    }

    /// As [`judge`](Self::judge), with the first `frozen` stages as in inference.
    fn judge_with(&self, batch: &MixupBatch, frozen: usize) -> (Tensor<2>, Tensor<1>) {
        let (network, images) = (&self.network, batch.images.clone());
        let logits = match &batch.hidden {
            None => network.forward_frozen(images, frozen, 0, |images| images),
            Some(mix) => {
                let apply = |maps| mix.apply(maps);
                network.forward_frozen(images, frozen, mix.stage, apply)
            }
        };
        let (outputs, targets) = (logits.clone(), batch.targets.clone());
        let loss = match &batch.weights {
            None => self.loss.forward(outputs, targets),
            Some(weights) => self
                .loss
                .forward_weighted(outputs, targets, weights.clone()),
        };
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
    /// 1 for each image whose largest output belongs to the largest target, else 0: `[rows]`. Only the
    /// first `images` values count.
    pub correct: Tensor<1>,
}

impl StepOutput {
    fn new(logits: Tensor<2>, loss: Tensor<1>, targets: Tensor<2>, images: usize) -> Self {
        let hits = logits
            .without_autodiff()
            .argmax(1)
            .equal(targets.argmax(1))
            .float()
            .flatten(0, 1);
        Self {
            images,
            loss: loss.without_autodiff() * images as f64,
            // Added up when it is read, which saves one kernel per step.
            correct: hits,
        }
    }
}

impl ItemLazy for StepOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        // Called on the metrics' thread. It does not wait for results. It waits until the work of the step
        // is submitted, so the loop stays at most a few steps ahead of the device and ends soon after a
        // stop.
        self.loss.device().flush()?;
        Ok(self)
    }
}

impl Classifier {
    /// One pass in both directions over a batch that has this share of the images of its step. Its gradients are those
    /// of the step's mean loss.
    pub(crate) fn step_in_part(&self, batch: MixupBatch, share: f64) -> TrainOutput<StepOutput> {
        let (logits, loss) = self.judge_with(&batch, self.frozen);
        let gradients = match share {
            1.0 => loss.clone(),
            share => loss.clone() * share,
        }
        .backward();
        let output = StepOutput::new(logits, loss, batch.targets, batch.count);
        TrainOutput::new(self, gradients, output)
    }
}

impl TrainStep for Classifier {
    type Input = MixupBatch;
    type Output = StepOutput;

    fn step(&self, batch: MixupBatch) -> TrainOutput<StepOutput> {
        self.step_in_part(batch, 1.0)
    }
}

impl InferenceStep for Classifier {
    type Input = MixupBatch;
    type Output = StepOutput;

    fn step(&self, batch: MixupBatch) -> StepOutput {
        let (logits, loss) = self.judge(&batch);
        StepOutput::new(logits, loss, batch.targets, batch.count)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use mixup_data::{Purpose, stream};

    use super::*;
    use burn::module::{ModuleVisitor, Param};
    use burn::tensor::Gradients;
    use mixup_data::{
        ImagePlan, ImageShape, Mixing, MixupBatcher, Normalisation, Policy, Selection,
    };
    use mixup_model::NetworkConfig;

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    /// Collects the gradient of every parameter.
    struct Seen {
        gradients: Gradients,
        values: Vec<f32>,
    }

    impl ModuleVisitor for Seen {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let gradient = param.val().grad(&self.gradients).unwrap();
            self.values.extend(values(gradient));
        }
    }

    #[test]
    fn rows_behind_a_batch_change_nothing() {
        let device = Device::flex().autodiff();
        let images = mixup_data::synthetic(1, 8, 1).train;
        let batcher = MixupBatcher::new(images, 10, &Normalisation::cifar10(), &device);
        let mixing = Mixing::new(0.4, Selection::Every(1)).unwrap();
        let plan = ImagePlan::draw(1, 1, 8, ImageShape::CIFAR10, &Policy::new(mixing, 3));
        let plan = plan.batch(0..3);
        let config = NetworkConfig {
            widths: vec![4, 4],
            hidden: Some(8),
            ..NetworkConfig::article()
        };
        let mut rng = stream(1, Purpose::Weights, 0);
        let network = config.init([3, 32, 32], 10, &mut rng, &device);
        let classifier = Classifier::new(network, Loss::ARTICLE);
        let step = |batch: &MixupBatch| {
            let (logits, loss) = classifier.judge(batch);
            let mut seen = Seen {
                gradients: loss.backward(),
                values: values(logits.narrow(0, 0, batch.count)),
            };
            seen.values.extend(values(loss));
            classifier.visit(&mut seen);
            seen.values
        };
        let (short, filled) = (
            step(&batcher.make(&plan, None).unwrap()),
            step(&batcher.make(&plan, Some(8)).unwrap()),
        );
        assert_eq!(short.len(), filled.len());
        for (short, filled) in short.iter().zip(&filled) {
            assert!((short - filled).abs() < 1e-6, "{short} and {filled}");
        }
    }
}
