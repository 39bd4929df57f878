//! One finished run, as a report takes it.

use serde::{Deserialize, Serialize};

use crate::{Corruptions, Measures, Outputs, Robustness};

/// One finished run. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The experiment's name, which is also the arm's.
    pub arm: String,
    /// The run's seed; runs of two arms with one seed are a pair.
    pub seed: u32,
    /// The run's folder as the user named it, for messages.
    pub run: String,
    /// The settings that it was trained with, without the seed: dotted keys and values, as in the
    /// experiment file and in its order of tables.
    pub settings: Vec<(String, String)>,
    /// The settings that only say how the finished network was judged, in the same form.
    pub judging: Vec<(String, String)>,
    /// Whether it mixed nothing. The arm of such runs is the baseline, if there is one such arm.
    pub is_unmixed: bool,
    /// The settings that decide the network and its initial weights, as one text: equal texts mean equal ones.
    pub network: String,
    /// The loss's settings as one text: equal texts mean that values of the loss can be compared.
    pub loss_function: String,
    /// The share of training labels that were replaced by random ones, in `[0, 1]`.
    pub random_labels: f64,
    /// The program's version.
    pub version: String,
    /// The device, in words.
    pub device: String,
    /// The data that it was trained and tested on.
    pub data: Data,
    /// The class of each label.
    pub classes: Vec<String>,
    /// Number of parameters of the network.
    pub parameters: usize,
    /// What turns the network's logits into probabilities; `test` used it.
    pub outputs: Outputs,
    /// The figures of each epoch, from the first.
    pub epochs: Vec<Epoch>,
    /// Whether the run could end before its last epoch, because nothing became better. Runs of one experiment may then
    /// have other numbers of epochs.
    pub may_end_early: bool,
    /// The epoch whose weights were kept as the best.
    pub best_epoch: usize,
    /// The test accuracy of the best epoch's weights.
    pub best_test_accuracy: f64,
    /// The images that chose the best epoch.
    pub best_chosen_by: ChosenBy,
    /// Mean loss over the test images, after the last epoch.
    pub test_loss: f64,
    /// The measures of the last epoch's network on the test images.
    pub test: Measures,
    /// The test accuracy of the raw weights after the last epoch, if all other measures are those of their average.
    pub raw_test_accuracy: Option<f64>,
    /// The same network on training images that are not mixed.
    pub training: TrainingMeasures,
    /// The same network on images that were changed to mislead it. `None` without an attack.
    pub robustness: Option<Robustness>,
    /// The same network on damaged samples. `None` if it was not judged on any.
    pub corruptions: Option<Corruptions>,
    /// The true class of each test image.
    pub labels: Vec<u16>,
    /// The class that the last epoch's network predicts for each test image.
    pub predicted: Vec<u16>,
    /// The network's probability of that class, for each test image.
    pub probabilities: Vec<f32>,
    /// The test images that the run is wrong about and keeps a picture of. Empty without pictures.
    pub pictured: Vec<usize>,
    /// Seconds of training, without the tests after each epoch.
    pub seconds: f64,
    /// The experiment as a file, which trains the run again.
    pub experiment: String,
    /// CPU seconds of all threads in this time. `None` if they are not known.
    pub cpu_seconds: Option<f64>,
    /// How many threads computed on the CPU. `None` if that is not known.
    pub threads: Option<usize>,
}

/// The data that runs were trained and tested on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// The name in words, such as `CIFAR-10, binary layout`.
    pub name: String,
    /// SHA-256 over all pixels and labels, in hexadecimal.
    pub fingerprint: String,
    /// Number of training images.
    pub training_images: usize,
    /// Number of images that were held out of the training set to choose the best epoch.
    pub validation_images: usize,
    /// Number of test images.
    pub test_images: usize,
}

/// The images that chose the best epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChosenBy {
    /// The test images, as in the article. The best epoch's test accuracy is too high then.
    Test,
    /// Images held out of the training set. The test accuracy has no such bias.
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

/// The figures of one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Epoch {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean loss over the training images as they were mixed, measured while the weights changed.
    pub train_loss: f64,
    /// Mean loss over the images that choose the best epoch: test or validation images.
    pub held_out_loss: f64,
    /// The share of these images predicted right, in `[0, 1]`.
    pub held_out_accuracy: f64,
    /// The learning rate of the epoch's last step. `None` if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
}

/// The measures of a network on a fixed part of its training images: not mixed, in evaluation mode.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingMeasures {
    /// Number of images.
    pub images: usize,
    /// Mean loss.
    pub loss: f64,
    /// The share predicted right, in `[0, 1]`.
    pub accuracy: f64,
}

/// Two images of a run's first epoch and their mix, for the report page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixedPair {
    /// The image with the share λ: a PNG of any size, in Base64.
    pub first: String,
    /// The image that is mixed in, in the same form.
    pub partner: String,
    /// The mix of both, in the same form.
    pub mixed: String,
    /// The share of the first image, from 0 to 1.
    pub lambda: f64,
    /// The soft label: names of classes and their shares, the largest first. Classes without a share are
    /// left out.
    pub target: Vec<(String, f64)>,
    /// The classes of the first image and of its partner.
    pub classes: [String; 2],
}
