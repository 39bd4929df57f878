//! The inference path: a network in evaluation mode, run over images as `mixup evaluate` runs it.

use burn::tensor::Device;
use mixup_data::{Batcher, MixupLoader, UploadedSet};

use super::clock::timed;
use crate::device::selected::SelectedDevice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::learn::evaluation::{Evaluation, evaluate};

/// A network without gradients, and the images that it classifies.
pub(crate) struct Inference {
    classifier: Classifier,
    loader: MixupLoader,
    labels: Vec<u16>,
    device: Device,
}

impl Inference {
    /// The experiment's network at its initial weights, for the training images of `images`, unmixed and
    /// in batches of the experiment's size.
    pub(crate) fn new(
        experiment: &Experiment,
        images: &UploadedSet,
        device: &SelectedDevice,
    ) -> Self {
        let (split, classes) = (&images.train, images.classes.len());
        let constants = experiment.normalisation.constants(&images.normalisation);
        let batcher = Batcher::of(split, classes, constants);
        let loader = MixupLoader::in_order(batcher, experiment.batch_size);
        Self {
            // The device has no autodiff: nothing is kept for a backward pass, and norms use their running
            // statistics.
            classifier: experiment.classifier(split.shape(), classes, &device.device),
            loader: loader.filled(device.tunes_to_shapes()),
            labels: split.labels().to_vec(),
            device: device.device.clone(),
        }
    }

    /// Images per second of one pass over all images, from the first batch to the measures.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails, [`Failure::OutputNotFinite`] if an output is not a number.
    pub(crate) fn pass(&self) -> Result<f64, Failure> {
        let mut evaluation = None;
        let seconds = timed(&self.device, || evaluation = Some(self.evaluation()))?;
        evaluation.transpose()?;
        Ok(self.labels.len() as f64 / seconds)
    }

    fn evaluation(&self) -> Result<Evaluation, Failure> {
        let judged = evaluate(&self.classifier, &self.loader, &self.labels, &|_| ())?;
        Ok(judged)
    }
}

#[cfg(test)]
mod tests;
