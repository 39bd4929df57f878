//! A trained network, loaded from its weights file.

use std::path::Path;

use mixup_data::{Purpose, stream};
use mixup_model::{Precision, WeightsFile};

use crate::device::selected::SelectedDevice;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::run::watch::Watch;
use crate::run::weights_note::WeightsNote;

/// A trained network on a device, and the note of its weights file.
pub(crate) struct Trained {
    /// The network and the loss that it was trained by.
    pub classifier: Classifier,
    /// What else its outputs depend on.
    pub note: WeightsNote,
    /// How many classes it tells apart.
    pub classes: usize,
}

impl Trained {
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
        let weights = WeightsFile::open(path)?;
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
