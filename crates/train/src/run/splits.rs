//! The splits of a run on its device: training, validation and test images.

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use mixup_data::{
    Batcher, CloudBatcher, CloudCorruption, MixupBatch, MixupLoader, Normalisation, Purpose, Split,
    UploadedSet, stratified, stream,
};
use mixup_evidence::ChosenBy;

use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::learn::evaluation::LabelledLoader;

/// Number of unmixed training images on which a finished network is evaluated.
///
/// The draw is stratified and does not depend on the run's seed. It is the same for all runs with the same
/// images and labels.
pub(crate) const TRAINING_SAMPLE: usize = 5000;

/// The splits of a run.
pub(crate) struct Splits {
    train: Arc<dyn DataLoader<MixupBatch>>,
    validation: Option<LabelledLoader>,
    /// The test images.
    pub test: LabelledLoader,
    /// Some of the training images, unmixed.
    pub training_sample: LabelledLoader,
    /// The test clouds to damage. `None` if the experiment damages none.
    pub damaged: Option<DamagedClouds>,
    /// The test images to attack, with pixels in `[0, 1]`. `None` if the experiment has no attack.
    pub attacked: Option<LabelledLoader>,
}

/// Test clouds that a network is judged on, damaged in every way.
pub(crate) struct DamagedClouds {
    batcher: CloudBatcher,
    /// The class of each cloud.
    pub labels: Vec<u16>,
    batch_size: usize,
    fill: bool,
}

impl DamagedClouds {
    /// The clouds with this damage; as they are without one.
    pub(crate) fn loader(&self, corruption: Option<CloudCorruption>) -> MixupLoader {
        let batcher = self.batcher.clone();
        let batcher = match corruption {
            Some(corruption) => batcher.damaged(corruption),
            None => batcher,
        };
        MixupLoader::in_order(batcher, self.batch_size).filled(self.fill)
    }
}

/// Draws `count` of the test samples, or all of them if there are fewer.
///
/// The draw is stratified and does not depend on the run's seed, so that all networks are attacked, or judged on damage,
/// on the same samples.
pub(crate) fn judged_sample(test: &Split, classes: usize, count: usize) -> Split {
    let mut rng = stream(0, Purpose::AttackedSample, 0);
    let count = count.min(test.len());
    test.select(&stratified(test.labels(), classes, count, &mut rng))
}

impl Splits {
    /// The splits of a run of `experiment` on `images`. Those of the validation part choose the best epoch, if
    /// there is one.
    pub(crate) fn new(
        images: &UploadedSet,
        experiment: &Experiment,
        first_epoch: u64,
        device: &SelectedDevice,
    ) -> Self {
        let classes = images.classes.len();
        let constants = experiment.normalisation.constants(&images.normalisation);
        let batch_size = experiment.batch_size;
        let fill = device.tunes_to_shapes();
        let batcher = |split: &Split| Batcher::of(split, classes, constants);
        let labelled = |split: &Split, batcher| {
            let loader = MixupLoader::in_order(batcher, batch_size).filled(fill);
            LabelledLoader {
                loader: Arc::new(loader),
                labels: split.labels().to_vec(),
            }
        };
        let in_order = |split: &Split| labelled(split, batcher(split));
        let attacked = experiment.robustness.as_ref().map(|table| {
            let sample = judged_sample(&images.test, classes, table.images);
            let [channels, ..] = sample.shape().dims();
            let pixels = Normalisation::identity(channels);
            labelled(&sample, Batcher::of(&sample, classes, &pixels))
        });
        let damaged = experiment.corruptions.as_ref().map(|table| {
            let sample = judged_sample(&images.test, classes, table.clouds);
            DamagedClouds {
                labels: sample.labels().to_vec(),
                batcher: CloudBatcher::of(&sample, classes),
                batch_size,
                fill,
            }
        });
        let labels = images.train.labels();
        let count = TRAINING_SAMPLE.min(labels.len());
        let mut rng = stream(0, Purpose::TrainingSample, 0);
        let sample = stratified(labels, classes, count, &mut rng);
        let sample_labels = sample.iter().map(|&index| labels[index as usize]).collect();
        // Rows that only fill a batch would count in the statistics of a batch norm.
        let fill_training = fill && !experiment.network.has_batch_norm();
        let train = MixupLoader::training(
            batcher(&images.train),
            u64::from(experiment.seed),
            experiment.policy().clone(),
            first_epoch,
        )
        .filled(fill_training);
        Self {
            training_sample: LabelledLoader {
                loader: Arc::new(train.chosen(&sample)),
                labels: sample_labels,
            },
            train: Arc::new(train),
            validation: images.validation.as_ref().map(in_order),
            test: in_order(&images.test),
            damaged,
            attacked,
        }
    }

    /// Which images choose the best epoch.
    pub(crate) fn chooses(&self) -> ChosenBy {
        match self.validation {
            Some(_) => ChosenBy::Validation,
            None => ChosenBy::Test,
        }
    }

    /// The training images, and the images that are evaluated after every epoch.
    pub(crate) fn to_train_by(
        &self,
    ) -> (
        Arc<dyn DataLoader<MixupBatch>>,
        Arc<dyn DataLoader<MixupBatch>>,
    ) {
        let held_out = self.validation.as_ref().unwrap_or(&self.test);
        (Arc::clone(&self.train), Arc::clone(&held_out.loader))
    }
}
