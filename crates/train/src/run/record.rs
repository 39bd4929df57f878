//! What a run's files say, as types.

use mixup_evidence::{ChosenBy, Robustness, TrainingMeasures};
use serde::{Deserialize, Serialize};

use crate::learn::evaluation::Evaluation;

/// `run.json`: under which circumstances a run was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The program's version.
    pub version: String,
    /// The name of the experiment file, without its ending.
    pub experiment: String,
    /// The device, in words.
    pub device: String,
    /// `cpu` or `gpu`: what a resumed run asks for.
    pub device_kind: String,
    /// How the images lie on the device.
    pub pixel_storage: String,
    /// Where the images come from, as `--data` takes it.
    pub data: String,
    /// The layout in which they were found.
    pub layout: String,
    /// SHA-256 over pixels and labels.
    pub fingerprint: String,
    /// Images trained on.
    pub training_images: usize,
    /// Images held out of the training set, to choose the best epoch by.
    #[serde(default)]
    pub validation_images: usize,
    /// Number of test images.
    pub test_images: usize,
    /// The class of each label.
    pub classes: Vec<String>,
    /// Decides initial weights, order, partners and λ.
    pub seed: u32,
    /// Start, in seconds since 1970 (UTC).
    pub started_unix_seconds: u64,
}

/// A line of `metrics.jsonl`: what one epoch came to. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean loss over the training images, while their weights were changing.
    pub train_loss: f64,
    /// Share of training images whose larger label was predicted, measured at the same time.
    pub train_accuracy: f64,
    /// What the network came to after the epoch, on the images that choose the best one.
    #[serde(flatten)]
    pub held_out: HeldOut,
    /// Seconds for the training images.
    pub seconds: f64,
    /// Training images a second.
    pub images_per_second: f64,
}

/// Loss and accuracy on images that were not trained on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HeldOut {
    /// On the test images: the article's protocol.
    Test {
        /// Mean loss.
        test_loss: f64,
        /// Share predicted right.
        test_accuracy: f64,
    },
    /// On images held out of the training set; the test images are kept for the end.
    Validation {
        /// Mean loss.
        validation_loss: f64,
        /// Share predicted right.
        validation_accuracy: f64,
    },
}

impl HeldOut {
    /// `loss` and `accuracy` on the images that `split` names.
    pub fn new(split: ChosenBy, loss: f64, accuracy: f64) -> Self {
        match split {
            ChosenBy::Test => Self::Test {
                test_loss: loss,
                test_accuracy: accuracy,
            },
            ChosenBy::Validation => Self::Validation {
                validation_loss: loss,
                validation_accuracy: accuracy,
            },
        }
    }

    /// Which images.
    pub fn split(&self) -> ChosenBy {
        match self {
            Self::Test { .. } => ChosenBy::Test,
            Self::Validation { .. } => ChosenBy::Validation,
        }
    }

    /// Mean loss.
    pub fn loss(&self) -> f64 {
        match *self {
            Self::Test { test_loss, .. } => test_loss,
            Self::Validation {
                validation_loss, ..
            } => validation_loss,
        }
    }

    /// Share predicted right.
    pub fn accuracy(&self) -> f64 {
        match *self {
            Self::Test { test_accuracy, .. } => test_accuracy,
            Self::Validation {
                validation_accuracy,
                ..
            } => validation_accuracy,
        }
    }
}

/// `summary.json`: what a finished run came to. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The name of the experiment file, without its ending.
    pub experiment: String,
    /// The run's seed.
    pub seed: u32,
    /// Epochs trained.
    pub epochs: usize,
    /// Parameters of the network.
    pub parameters: usize,
    /// Test accuracy after the last epoch: the honest figure.
    pub last_test_accuracy: f64,
    /// Test loss after the last epoch.
    pub last_test_loss: f64,
    /// Test accuracy of the best epoch's weights; chosen by the test images, it flatters.
    pub best_test_accuracy: f64,
    /// The first epoch that was best on the images that choose.
    pub best_epoch: usize,
    /// Which images chose it.
    #[serde(default = "by_test")]
    pub best_chosen_by: ChosenBy,
    /// Training images seen.
    pub images: usize,
    /// Seconds of training, without tests.
    pub seconds: f64,
}

/// The protocol of runs that do not say: the article's.
fn by_test() -> ChosenBy {
    ChosenBy::Test
}

/// `evaluation.json`: the measures of a finished run's networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluations {
    /// The last epoch's network on the test images.
    pub test: Evaluation,
    /// The best epoch's network on the test images, where validation images chose it.
    pub best: Option<Evaluation>,
    /// The last epoch's network on training images, unmixed.
    pub training: TrainingMeasures,
    /// The last epoch's network on attacked test images, where the experiment asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<Robustness>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::evaluation::to_12_decimals;

    #[test]
    fn a_row_survives_its_own_text_bit_for_bit() {
        for number in 0..2000_u32 {
            let value = to_12_decimals(0.1 + f64::from(number) / 7919.0);
            let row = EpochRow {
                epoch: 1,
                train_loss: value,
                train_accuracy: value,
                held_out: HeldOut::new(ChosenBy::Test, value, value),
                seconds: value * 100.0,
                images_per_second: 1.0,
            };
            let text = serde_json::to_string(&row).unwrap();
            let read: EpochRow = serde_json::from_str(&text).unwrap();
            assert_eq!(read.held_out.loss().to_bits(), value.to_bits(), "{text}");
        }
    }

    #[test]
    fn the_keys_of_a_row_name_the_images() {
        let mut row: EpochRow = serde_json::from_str(
            r#"{"epoch":1,"train_loss":0.5,"train_accuracy":0.5,"test_loss":0.25,"test_accuracy":0.75,"seconds":1.0,"images_per_second":2.0}"#,
        )
        .unwrap();
        assert_eq!(row.held_out, HeldOut::new(ChosenBy::Test, 0.25, 0.75));
        row.held_out = HeldOut::new(ChosenBy::Validation, 0.25, 0.75);
        let text = serde_json::to_string(&row).unwrap();
        assert!(
            text.contains(r#""validation_loss":0.25,"validation_accuracy":0.75"#),
            "{text}"
        );
        assert!(!text.contains("test"), "{text}");
        assert_eq!(serde_json::from_str::<EpochRow>(&text).unwrap(), row);
    }
}
