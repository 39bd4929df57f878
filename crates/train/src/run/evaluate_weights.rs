//! Evaluates a network from a weights file, on images as they are or attacked.

use mixup_data::{Batcher, MixupLoader, Normalisation, Split};

use crate::device::selected::SelectedDevice;
use crate::failure::Failure;
use crate::learn::attack::{Attack, Victim};
use crate::learn::error::JudgeError;
use crate::learn::evaluation::{Evaluation, evaluate, evaluate_mirrored};
use crate::learn::robustness::accuracy_under;
use crate::run::loaded_network::{LoadedNetwork, not_finite};
use crate::run::splits::judged_sample;
use crate::run::watch::{Counted, Watch};

/// An attack and the images that it changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttackedImages {
    /// The attack.
    pub attack: Attack,
    /// The seed of PGD's random start.
    pub seed: u64,
    /// How many images are drawn. `None` takes all.
    pub count: Option<usize>,
}

/// Accuracies, from 0 to 1, on the same images before and after an attack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AttackedAccuracy {
    /// Number of images.
    pub images: usize,
    /// On the images as they are.
    pub clean: f64,
    /// On the images as the attack changed them.
    pub attacked: f64,
}

/// A network on a device, ready to be evaluated.
pub(crate) struct WeightsEvaluation<'a> {
    /// The network and what its file says about it.
    pub network: &'a LoadedNetwork,
    /// Where it is computed.
    pub device: &'a SelectedDevice,
    /// Images in a step.
    pub batch_size: usize,
    /// Whether each image is judged as it is and mirrored.
    pub flips: bool,
    /// Shows the progress.
    pub watch: &'a dyn Watch,
}

impl WeightsEvaluation<'_> {
    fn loader(&self, images: &Split, normalisation: &Normalisation) -> MixupLoader {
        let batcher = Batcher::of(images, self.network.classes, normalisation);
        MixupLoader::in_order(batcher, self.batch_size).filled(self.device.tunes_to_shapes())
    }

    /// Evaluates the network on the images as they are.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails, [`Failure::Usage`] if an output is not a number.
    pub(crate) fn on_clean(&self, images: &Split) -> Result<Evaluation, Failure> {
        let labels = images.labels().to_vec();
        let loader = self.loader(images, &self.network.note.normalisation);
        let bar = self.watch.bar(Counted::Images, "evaluating", labels.len());
        let evaluate = if self.flips {
            evaluate_mirrored
        } else {
            evaluate
        };
        let result = evaluate(&self.network.classifier, &loader, &labels, &|done| {
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        result.map_err(|error| match error {
            JudgeError::NotFinite { value } => not_finite(value),
            other => other.into(),
        })
    }

    /// Evaluates the network on some of the images, before and after an attack.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails.
    pub(crate) fn on_attacked(
        &self,
        images: &Split,
        request: AttackedImages,
    ) -> Result<AttackedAccuracy, Failure> {
        let count = request.count.unwrap_or(images.len());
        let images = judged_sample(images, self.network.classes, count);
        let count = images.len();
        let loader = self.loader(&images, &Normalisation::identity(images.shape().dims()[0]));
        let LoadedNetwork {
            classifier, note, ..
        } = self.network;
        let victim = Victim::new(classifier, &note.normalisation, &self.device.device);
        let bar = self.watch.bar(Counted::Images, "attacking", 2 * count);
        let accuracy = |attack, before: usize| {
            accuracy_under(&victim, attack, request.seed, &loader, &|done| {
                bar.set_position((before + done) as u64);
            })
        };
        let clean = accuracy(None, 0);
        let attacked = accuracy(Some(request.attack), count);
        bar.finish_and_clear();
        Ok(AttackedAccuracy {
            images: count,
            clean: clean?,
            attacked: attacked?,
        })
    }
}
