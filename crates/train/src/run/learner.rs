//! The network and the learner of an experiment.

use burn::tensor::Device;
use burn::train::Learner;
use mixup_data::{ImageShape, MixupBatch, Purpose, stream};

use crate::experiment::Experiment;
use crate::learn::accumulation::Accumulation;
use crate::learn::classifier::Classifier;

impl Experiment {
    /// The experiment's network for images of `shape` and `classes` classes, with the initial weights of its seed.
    ///
    /// For training, `device` has autodiff.
    ///
    /// # Panics
    /// If the network does not take images of `shape`; see `NetworkConfig::check_input`.
    pub fn classifier(&self, shape: ImageShape, classes: usize, device: &Device) -> Classifier {
        let mut rng = stream(u64::from(self.seed), Purpose::Weights, 0);
        let network = self.network.init(shape.dims(), classes, &mut rng, device);
        Classifier::new(network.with_precision(self.precision), self.loss)
    }

    /// The classifier for the images and classes of `batch`.
    pub(crate) fn classifier_for(&self, batch: &MixupBatch, device: &Device) -> Classifier {
        let [_, channels, height, width] = batch.images.dims();
        let shape = ImageShape {
            channels,
            height,
            width,
        };
        self.classifier(shape, batch.targets.dims()[1], device)
    }

    /// How an epoch of `images` is cut into batches and steps.
    pub(crate) fn accumulation(&self, images: usize) -> Accumulation {
        Accumulation {
            images,
            batch_size: self.batch_size,
            batches: self.accumulate,
        }
    }

    /// Burn's learner of `classifier`, with the experiment's optimizer and schedule. An epoch has
    /// `training_images` images.
    pub fn learner(&self, classifier: Classifier, training_images: usize) -> Learner<Classifier> {
        let steps = self.accumulation(training_images).steps();
        let rate = self.optimizer.learning_rate;
        let rates = self.schedule.rates(rate, steps, self.epochs);
        Learner::new(classifier, self.optimizer.init(), rates)
    }
}
