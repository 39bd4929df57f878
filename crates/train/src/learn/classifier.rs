//! A network with its loss: what Burn's learner trains.

use burn::module::Module;
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use burn::train::{InferenceStep, ItemLazy, TrainOutput, TrainStep};
use mixup_data::MixupBatch;
use mixup_model::Network;

use crate::learn::loss::{Loss, LossWeights};

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
    /// How much each class counts in training: `[1, classes]`, without autodiff.
    #[module(skip)]
    class_weights: Option<Tensor<2>>,
}

impl Classifier {
    /// `network`, trained and evaluated with `loss`.
    pub fn new(network: Network, loss: Loss) -> Self {
        Self {
            network,
            loss,
            frozen: 0,
            class_weights: None,
        }
    }

    /// The same classifier, in whose training each class counts by its weight.
    #[must_use]
    pub fn with_class_weights(self, weights: &[f64], device: &Device) -> Self {
        let values: Vec<f32> = weights.iter().map(|&weight| weight as f32).collect();
        let data = TensorData::new(values, [1, weights.len()]);
        let device = device.clone().without_autodiff();
        Self {
            class_weights: Some(Tensor::from_data(data, &device)),
            ..self
        }
    }

    /// The same classifier, whose first `frozen` stages are not trained.
    #[must_use]
    pub fn with_frozen(self, frozen: usize) -> Self {
        Self { frozen, ..self }
    }

    /// The same classifier with other weights.
    #[must_use]
    pub fn with_network(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// Its loss.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// Logits f32 `[rows, classes]` and mean loss `[1]` of a batch. Padding rows have logits but do not
    /// count in the loss.
    pub fn judge(&self, batch: &MixupBatch) -> (Tensor<2>, Tensor<1>) {
        self.judge_with(batch, 0, None)
    }

    /// As [`judge`](Self::judge), by the mean of the logits of each image and of its mirror image.
    pub fn judge_mirrored(&self, batch: &MixupBatch) -> (Tensor<2>, Tensor<1>) {
        let images = batch.inputs.clone();
        let mirrored = self.network.forward(images.clone().flip([3]));
        let logits = (self.network.forward(images) + mirrored) * 0.5;
        let (targets, weights) = (batch.targets.clone(), batch.weights.clone());
        let weights = LossWeights {
            rows: weights,
            classes: None,
        };
        let loss = self.loss.forward_weighted(logits.clone(), targets, weights);
        (logits, loss)
    }

    /// As [`judge`](Self::judge), with the first `frozen` stages as in inference, and with `class_weights`.
    fn judge_with(
        &self,
        batch: &MixupBatch,
        frozen: usize,
        class_weights: Option<Tensor<2>>,
    ) -> (Tensor<2>, Tensor<1>) {
        let (network, images) = (&self.network, batch.inputs.clone());
        let logits = match &batch.hidden {
            None => network.forward_frozen(images, frozen, 0, |images| images),
            Some(mix) => {
                let apply = |maps| mix.apply(maps);
                network.forward_frozen(images, frozen, mix.stage, apply)
            }
        };
        let (outputs, targets) = (logits.clone(), batch.targets.clone());
        let weights = LossWeights {
            rows: batch.weights.clone(),
            classes: class_weights,
        };
        let loss = self.loss.forward_weighted(outputs, targets, weights);
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
    /// What the metrics need of a batch of `images` images, also for a network of your own.
    ///
    /// # Shapes
    /// `logits` and `targets` f32 `[rows, classes]`, with at least as many rows as images; `loss` is the batch's mean
    /// loss `[1]`.
    pub fn new(logits: Tensor<2>, loss: Tensor<1>, targets: Tensor<2>, images: usize) -> Self {
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
    pub fn step_in_part(&self, batch: MixupBatch, share: f64) -> TrainOutput<StepOutput> {
        let (logits, loss) = self.judge_with(&batch, self.frozen, self.class_weights.clone());
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

    fn small(loss: Loss, device: &Device) -> Classifier {
        let config = NetworkConfig {
            widths: vec![4, 4],
            hidden: Some(8),
            ..NetworkConfig::article()
        };
        let mut rng = stream(1, Purpose::Weights, 0);
        Classifier::new(config.init([3, 32, 32], 10, &mut rng, device), loss)
    }

    fn batcher(device: &Device) -> MixupBatcher {
        let images = mixup_data::synthetic(1, 8, 1).train;
        MixupBatcher::new(images, 10, &Normalisation::cifar10(), device)
    }

    #[test]
    fn the_loss_of_mixed_images_is_added_to_that_of_the_images_as_they_are() {
        let device = Device::flex();
        let batcher = batcher(&device);
        for loss in [Loss::ARTICLE, Loss::CrossEntropy] {
            let classifier = small(loss, &device);
            let mut mixing = Mixing::new(1.0, Selection::Every(1)).unwrap();
            let plan = |mixing: &Mixing| {
                let policy = Policy::new(mixing.clone(), 8);
                ImagePlan::draw(1, 1, 8, ImageShape::CIFAR10, &policy)
            };
            let loss_of = |plan: &ImagePlan, rows| {
                let batch = batcher.make(&plan.batch(0..5), rows).unwrap();
                classifier.judge(&batch).1.into_scalar::<f32>()
            };
            let mixed = plan(&mixing);
            let order = mixed.batch(0..5).draws.iter().map(|draw| draw.image);
            let clean = ImagePlan::chosen(&order.collect::<Vec<u32>>());
            mixing.with_clean = Some(0.3);
            for rows in [None, Some(7)] {
                let both = loss_of(&plan(&mixing), rows);
                let expected = loss_of(&clean, None) + 0.3 * loss_of(&mixed, None);
                assert!((both - expected).abs() < 1e-5, "{both} and {expected}");
            }
        }
    }

    #[test]
    fn a_mirrored_judgement_is_the_mean_of_both_logits() {
        let device = Device::flex();
        let batch = batcher(&device)
            .make(&ImagePlan::in_order(8).batch(0..6), None)
            .unwrap();
        let classifier = small(Loss::CrossEntropy, &device);
        // Every row of pixels backwards, by hand.
        let mut pixels = values(batch.inputs.clone());
        pixels.chunks_exact_mut(32).for_each(<[f32]>::reverse);
        let mirrored = MixupBatch {
            inputs: Tensor::from_data(TensorData::new(pixels, [6, 3, 32, 32]), &device),
            ..batch.clone()
        };
        let logits = |batch: &MixupBatch| values(classifier.judge(batch).0);
        let (found, loss) = classifier.judge_mirrored(&batch);
        let both = logits(&batch).into_iter().zip(logits(&mirrored));
        let expected: Vec<f32> = both.map(|(a, b)| (a + b) / 2.0).collect();
        for (found, expected) in values(found).iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
        // The loss of the mean logits, in f64.
        let labels = values(batch.targets).into_iter();
        let labels: Vec<f32> = labels.collect();
        let rows = expected.chunks(10).zip(labels.chunks(10));
        let losses = rows.map(|(logits, target)| {
            let sum: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
            let own = logits.iter().zip(target).find(|(_, share)| **share == 1.0);
            sum.ln() - f64::from(*own.unwrap().0)
        });
        let expected = losses.sum::<f64>() / 6.0;
        let loss = f64::from(loss.into_scalar::<f32>());
        assert!((loss - expected).abs() < 1e-5, "{loss} and {expected}");
    }

    #[test]
    fn rows_behind_a_batch_change_nothing() {
        let device = Device::flex().autodiff();
        let batcher = batcher(&device);
        let mixing = Mixing::new(0.4, Selection::Every(1)).unwrap();
        let plan = ImagePlan::draw(1, 1, 8, ImageShape::CIFAR10, &Policy::new(mixing, 3));
        let plan = plan.batch(0..3);
        let classifier = small(Loss::ARTICLE, &device);
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
