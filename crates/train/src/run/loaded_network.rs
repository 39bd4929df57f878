//! A trained network, loaded from its weights file.

use std::path::Path;

use mixup_data::{EpochPlan, Images, MixupBatcher, Purpose, stream};
use mixup_model::Precision;

use crate::device::selected::SelectedDevice;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::run::watch::Watch;
use crate::run::weights::open_weights;
use crate::run::weights_note::WeightsNote;

/// The most pictures that go through the network at once.
const BATCH: usize = 128;

/// A trained network on a device, and the note of its weights file.
pub(crate) struct LoadedNetwork {
    /// The network with its loss.
    pub classifier: Classifier,
    /// What else its outputs depend on.
    pub note: WeightsNote,
    /// Number of classes.
    pub classes: usize,
}

impl LoadedNetwork {
    /// Reads the weights file at `path`. If `device` does not support the precision of the training, the
    /// network computes in f32 and a note says so.
    ///
    /// # Errors
    /// [`Failure::Model`] if the file is damaged or its network is unknown.
    pub(crate) fn open(
        path: &Path,
        device: &SelectedDevice,
        watch: &dyn Watch,
    ) -> Result<Self, Failure> {
        let weights = open_weights(path)?;
        let (config, classes) = weights.config()?;
        let note = WeightsNote::of(&weights).unwrap_or_else(|| {
            let assumed = WeightsNote::assumed(config.name);
            watch.say(&format!(
                "note: the file does not say how its {} was trained; taken are the usual constants and \
                 classes of CIFAR-10, and {} outputs",
                config.name,
                assumed.loss.outputs()
            ));
            assumed
        });
        let precision = if device.supports(note.precision) {
            note.precision
        } else {
            watch.say(&format!(
                "note: the network was trained in {}, and computes in f32 here",
                note.precision
            ));
            Precision::F32
        };
        let mut rng = stream(0, Purpose::Weights, 0);
        let initial = config.init(classes, &mut rng, &device.device);
        let network = weights.load_into(initial)?.with_precision(precision);
        Ok(Self {
            classifier: Classifier::new(network, note.loss),
            note,
            classes,
        })
    }

    /// The logits of `pictures`, f32 `[pictures, classes]` in row-major order.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails.
    pub(crate) fn logits(
        &self,
        pictures: Images,
        device: &SelectedDevice,
    ) -> Result<Vec<f32>, Failure> {
        let plan = EpochPlan::in_order(pictures.len());
        let normalisation = &self.note.normalisation;
        let batcher = MixupBatcher::new(pictures, self.classes, normalisation, &device.device);
        let mut logits = vec![];
        for draws in plan.draws().chunks(BATCH) {
            let outputs = self.classifier.network.forward(batcher.mix(draws).images);
            let data = outputs.try_into_data();
            let data = data.map_err(|error| Failure::Training(error.to_string()))?;
            logits.extend(data.iter::<f32>());
        }
        Ok(logits)
    }

    /// The name of each class, or its number if the file has no names.
    pub(crate) fn class_names(&self) -> Vec<String> {
        if self.note.classes.len() == self.classes {
            return self.note.classes.clone();
        }
        (0..self.classes)
            .map(|class| format!("class {class}"))
            .collect()
    }
}
