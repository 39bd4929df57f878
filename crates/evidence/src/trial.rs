//! One finished run, as a report sees it.

use serde::{Deserialize, Serialize};

use crate::{Measures, Outputs, Robustness};

/// One finished run. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The experiment's name, which is the arm's.
    pub arm: String,
    /// The run's seed; runs of two arms with one seed are a pair.
    pub seed: u32,
    /// Where the run lies, as the user named it, for messages.
    pub run: String,
    /// The settings that it was trained with, without the seed: dotted keys and values, as in the
    /// experiment file and in its order of tables.
    pub settings: Vec<(String, String)>,
    /// The settings that only say how the finished network was judged, in the same form.
    pub judging: Vec<(String, String)>,
    /// Whether it mixed nothing. The arm of such runs is the baseline, if there is one such arm.
    pub is_unmixed: bool,
    /// The network's settings as one text: equal texts mean equal networks.
    pub network: String,
    /// The loss's settings as one text: equal texts mean that values of the loss can be compared.
    pub loss_function: String,
    /// The share of training labels that were replaced by random ones, in `[0, 1]`.
    pub random_labels: f64,
    /// The program's version.
    pub version: String,
    /// The device, in words.
    pub device: String,
    /// What it was trained and tested on.
    pub data: Data,
    /// The class of each label.
    pub classes: Vec<String>,
    /// Parameters of the network.
    pub parameters: usize,
    /// What the network ends in; `test` was made with it.
    pub outputs: Outputs,
    /// What each epoch came to.
    pub epochs: Vec<Epoch>,
    /// The epoch whose weights were kept as the best.
    pub best_epoch: usize,
    /// The test accuracy of these weights.
    pub best_test_accuracy: f64,
    /// Which images chose it.
    pub best_chosen_by: ChosenBy,
    /// Mean loss over the test images, after the last epoch.
    pub test_loss: f64,
    /// The last epoch's network on the test images.
    pub test: Measures,
    /// The last epoch's network on training images, unmixed.
    pub training: TrainingMeasures,
    /// The last epoch's network on images that were changed to mislead it; none where it was not
    /// attacked.
    pub robustness: Option<Robustness>,
    /// The true class of each test image.
    pub labels: Vec<u8>,
    /// The class that the last epoch's network predicts for each test image.
    pub predicted: Vec<u8>,
    /// Seconds of training, without tests.
    pub seconds: f64,
}

/// What runs were trained and tested on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// In words, such as `CIFAR-10, binary layout`.
    pub name: String,
    /// SHA-256 over all pixels and labels, in hexadecimal.
    pub fingerprint: String,
    /// Images trained on.
    pub training_images: usize,
    /// Images held out of the training set, to choose the best epoch by.
    pub validation_images: usize,
    /// Images tested on.
    pub test_images: usize,
}

/// Which images chose the best epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChosenBy {
    /// The test images, as in the article; so its test accuracy flatters.
    Test,
    /// Images held out of the training set, so its test accuracy does not flatter.
    Validation,
}

impl ChosenBy {
    /// The images' name: `test` or `validation`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Validation => "validation",
        }
    }
}

/// What one epoch came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Epoch {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean loss over the training images, mixed as they were, while the weights were changing.
    pub train_loss: f64,
    /// Mean loss over the images that choose the best epoch: test or validation.
    pub held_out_loss: f64,
    /// The share of them predicted right.
    pub held_out_accuracy: f64,
}

/// A network on a fixed part of its training images, unmixed, in evaluation mode.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingMeasures {
    /// Number of images.
    pub images: usize,
    /// Mean loss.
    pub loss: f64,
    /// Share predicted right.
    pub accuracy: f64,
}

/// A mixed pair of a run's first epoch, to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixedPair {
    /// The image that keeps the share λ: a PNG of 32x32 pixels, in Base64.
    pub first: String,
    /// The image that is mixed in, likewise.
    pub partner: String,
    /// What became of them, likewise.
    pub mixed: String,
    /// The share of the first image, from 0 to 1.
    pub lambda: f64,
    /// The soft label: class names and their shares, the largest first, none without a share.
    pub target: Vec<(String, f64)>,
    /// The classes of the first image and of its partner.
    pub classes: [String; 2],
}
