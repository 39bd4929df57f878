//! A trained network, loaded from its weights file.

use std::path::Path;

use mixup_data::{
    CloudShape, ImagePlan, ImageShape, Images, MixupBatcher, Purpose, SampleShape, stream,
};
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
    /// Whether the file has a note. Without one, classes are only assumed.
    pub has_note: bool,
    /// The shape of the samples that the network takes.
    pub shape: SampleShape,
    /// Number of classes.
    pub classes: usize,
}

impl LoadedNetwork {
    /// Reads the weights file at `path`. If `device` does not support the precision of the training, the
    /// network computes in f32 and a note says so.
    ///
    /// # Errors
    /// [`Failure::Model`] if the file is damaged, its network or the shape of its images is unknown, or a
    /// weight is not a number;
    /// [`Failure::Usage`] if its note is damaged.
    pub(crate) fn open(
        path: &Path,
        device: &SelectedDevice,
        watch: &dyn Watch,
    ) -> Result<Self, Failure> {
        let weights = open_weights(path)?;
        let (config, classes) = weights.config()?;
        let note = WeightsNote::read(&weights, path)?;
        let noted = note.as_ref().and_then(|note| note.shape);
        let input = weights.input(noted.map(SampleShape::dims))?;
        let [channels, height, width] = input;
        let takes_clouds = config.name.takes_clouds();
        if let Some(note) = &note
            && !takes_clouds
            && note.normalisation.mean.len() != channels
        {
            return Err(Failure::usage(
                format!(
                    "{}: the note in the file: normalisation.mean: expected one number for each channel of the \
                     network's images, {channels}, found {}",
                    path.display(),
                    note.normalisation.mean.len()
                ),
                "give a weights file as mixup wrote it, such as a run folder's model.safetensors",
            ));
        }
        let has_note = note.is_some();
        let note = note.unwrap_or_else(|| {
            let assumed = WeightsNote::assumed(config.name, channels);
            watch.say(&format!(
                "note: the file does not say how its {} was trained; taken are the usual constants and \
                 classes of CIFAR-10, and {} outputs",
                config.name,
                assumed.loss.outputs()
            ));
            assumed
        });
        if let Some(entry) = weights.entry() {
            watch.say(&format!(
                "note: the file is a checkpoint, of which {entry} is taken"
            ));
        }
        if weights.has_doubles() {
            watch.say("note: the file has weights in f64, which are rounded to f32");
        }
        if let Some(types) = weights.short_types() {
            watch.say(&format!(
                "note: the file has weights in {types}, which are widened to f32"
            ));
        }
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
        let initial = config.init(input, classes, &mut rng, &device.device);
        let network = weights.load_into(initial)?.with_precision(precision);
        Ok(Self {
            classifier: Classifier::new(network, note.loss),
            note,
            has_note,
            shape: if takes_clouds {
                SampleShape::Cloud(CloudShape {
                    points: height * width,
                })
            } else {
                SampleShape::Image(ImageShape {
                    channels,
                    height,
                    width,
                })
            },
            classes,
        })
    }

    /// The shape of the images that the network of the file at `weights` takes.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it takes point clouds.
    pub(crate) fn image_shape(&self, weights: &Path) -> Result<ImageShape, Failure> {
        self.shape.image().ok_or_else(|| {
            Failure::usage(
                format!(
                    "{}: expected a network for images, found one for point clouds",
                    weights.display()
                ),
                "judge it on a whole set of clouds: mixup evaluate --weights RUN",
            )
        })
    }

    /// The logits of `pictures`, f32 `[pictures, classes]` in row-major order.
    ///
    /// # Errors
    /// [`Failure::Training`] if the device fails, [`Failure::Usage`] if an output is not a number.
    pub(crate) fn logits(
        &self,
        pictures: Images,
        device: &SelectedDevice,
    ) -> Result<Vec<f32>, Failure> {
        let plan = ImagePlan::in_order(pictures.len());
        let normalisation = &self.note.normalisation;
        let batcher = MixupBatcher::new(pictures, self.classes, normalisation, &device.device);
        let mut logits = vec![];
        for draws in plan.draws().chunks(BATCH) {
            let outputs = self.classifier.network.forward(batcher.mix(draws)?.inputs);
            let data = outputs.try_into_data();
            let data = data.map_err(|error| Failure::Training(error.to_string()))?;
            logits.extend(data.iter::<f32>());
        }
        match logits.iter().find(|logit| !logit.is_finite()) {
            None => Ok(logits),
            Some(logit) => Err(not_finite(*logit)),
        }
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

/// The failure of a network whose outputs are not numbers, such as `found`: some of its weights are so large
/// that sums of them are not finite.
pub(crate) fn not_finite(found: f32) -> Failure {
    Failure::usage(
        format!("expected finite outputs of the network, found {found}"),
        "give other weights: some of these are too large to compute with",
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use mixup_model::{NetworkConfig, WeightsFile};

    use super::*;

    /// A weights file of a small network with this note.
    pub(crate) fn file_with_note(note: Option<&str>) -> WeightsFile {
        let config = NetworkConfig {
            widths: vec![2, 2],
            hidden: Some(4),
            ..NetworkConfig::article()
        };
        let mut rng = stream(0, Purpose::Weights, 0);
        let network = config.init([3, 32, 32], 10, &mut rng, &burn::tensor::Device::flex());
        let bytes = network.to_safetensors(note);
        WeightsFile::parse(Path::new("weights"), bytes).unwrap()
    }
}
