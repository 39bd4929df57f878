//! The network and the learner of an experiment.

use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::ParamGroup;
use burn::tensor::Device;
use burn::train::Learner;
use mixup_data::{MixupBatch, Purpose, SampleShape, stream};

use crate::experiment::Experiment;
use crate::learn::accumulation::Accumulation;
use crate::learn::classifier::Classifier;
use crate::learn::step::StepEnd;
use crate::learn::weight_average::WeightAverage;

impl Experiment {
    /// The experiment's network for samples of `shape` and `classes` classes, with the initial weights of its seed.
    ///
    /// For training, `device` has autodiff. The experiment's frozen stages are not trained.
    ///
    /// # Panics
    /// If the network does not take samples of `shape`; see `NetworkConfig::check_input`.
    pub fn classifier(
        &self,
        shape: impl Into<SampleShape>,
        classes: usize,
        device: &Device,
    ) -> Classifier {
        self.classifier_of(shape.into().dims(), classes, device)
    }

    /// The classifier of inputs with these channels, height and width.
    fn classifier_of(&self, dims: [usize; 3], classes: usize, device: &Device) -> Classifier {
        let mut rng = stream(u64::from(self.seed), Purpose::Weights, 0);
        let network = self.network.init(dims, classes, &mut rng, device);
        let network = network.with_precision(self.precision);
        Classifier::new(network, self.loss.loss).with_frozen(self.network.frozen.len())
    }

    /// The classifier for the samples and classes of `batch`.
    pub(crate) fn classifier_for(&self, batch: &MixupBatch, device: &Device) -> Classifier {
        let [_, channels, height, width] = batch.inputs.dims();
        self.classifier_of([channels, height, width], batch.targets.dims()[1], device)
    }

    /// How an epoch of `images` is cut into batches and steps.
    pub(crate) fn accumulation(&self, images: usize) -> Accumulation {
        Accumulation {
            images,
            batch_size: self.batch_size,
            batches: self.accumulate,
        }
    }

    /// How the steps of a new training of `classifier` end.
    pub(crate) fn step_end(&self, classifier: &Classifier) -> StepEnd {
        let average = |ema| WeightAverage::new(&classifier.network, ema, 0);
        StepEnd {
            clip_norm: self.optimizer.clip_norm,
            average: self.ema.map(average),
        }
    }

    /// Burn's learner of `classifier`, with the experiment's optimizer and schedule. An epoch has
    /// `training_images` images.
    pub fn learner(&self, classifier: Classifier, training_images: usize) -> Learner<Classifier> {
        let steps = self.accumulation(training_images).steps();
        let rate = self.optimizer.learning_rate;
        let rates = |factor: f64| self.schedule.rates(factor * rate, steps, self.epochs);
        let mut scheduler = ModuleLrScheduler::new(rates(1.0));
        let body = self.optimizer.body_learning_rate;
        if body != 1.0 {
            // The last group that a parameter belongs to counts. The first one is what the dashboard shows.
            let last_layer = format!("{}.", self.network.name.class_layer());
            scheduler = scheduler
                .with_group(ParamGroup::all(), rates(body))
                .with_group(ParamGroup::from_predicate(last_layer), rates(1.0));
        }
        Learner::new(classifier, self.optimizer.init(), scheduler)
    }
}
