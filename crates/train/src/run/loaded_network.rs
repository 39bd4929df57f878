//! A trained network, out of its weights file.

use std::path::Path;

use mixup_data::{Purpose, stream};
use mixup_model::{Precision, WeightsFile};

use crate::device::selected::SelectedDevice;
use crate::failure::Failure;
use crate::learn::classifier::Classifier;
use crate::run::watch::Watch;
use crate::run::weights_note::WeightsNote;

/// A trained network on a device, and what its file says of it.
pub struct Trained {
    /// The network and the loss that it was trained by.
    pub classifier: Classifier,
    /// What else its outputs depend on.
    pub note: WeightsNote,
    /// How many classes it tells apart.
    pub classes: usize,
}

impl Trained {
    /// Reads the weights file at `path`. Where `device` does not compute in what the network was trained
    /// in, it computes in f32, and says so.
    ///
    /// # Errors
    /// [`Failure::Usage`] where the file is damaged or holds the weights of no network that is known.
    pub fn open(path: &Path, device: &SelectedDevice, watch: &dyn Watch) -> Result<Self, Failure> {
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

    /// The name of each class; a number where the file does not say.
    pub fn class_names(&self) -> Vec<String> {
        if self.note.classes.len() == self.classes {
            return self.note.classes.clone();
        }
        (0..self.classes)
            .map(|class| format!("class {class}"))
            .collect()
    }
}
