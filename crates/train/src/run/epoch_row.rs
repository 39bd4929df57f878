//! What is written about each epoch: its row in `metrics.jsonl`.

use mixup_evidence::ChosenBy;
use serde::{Deserialize, Serialize};

/// A line of `metrics.jsonl`: the results of one epoch. Accuracies are fractions in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRow {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean training loss, measured while the weights were being updated.
    pub train_loss: f64,
    /// Share of training images whose larger label was predicted, measured while the weights were being
    /// updated.
    pub train_accuracy: f64,
    /// Results after the epoch, on the images that choose the best epoch.
    #[serde(flatten)]
    pub held_out: HeldOut,
    /// Seconds of training, without the evaluation after it.
    pub seconds: f64,
    /// Training images per second.
    pub images_per_second: f64,
}

/// Loss and accuracy on images that were not trained on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HeldOut {
    /// On the test images, as in the article.
    Test {
        /// Mean loss.
        test_loss: f64,
        /// Share predicted correctly.
        test_accuracy: f64,
    },
    /// On images held out of the training set. The test images are kept for the end.
    Validation {
        /// Mean loss.
        validation_loss: f64,
        /// Share predicted correctly.
        validation_accuracy: f64,
    },
}

impl HeldOut {
    /// Creates the results on the images of `split`.
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

    /// Which images the results are for.
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

    /// Share predicted correctly.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::evaluation::to_12_decimals;

    #[test]
    fn a_row_is_read_back_bit_for_bit() {
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

    #[test]
    fn a_row_of_version_0_2_0_is_read() {
        let row: EpochRow = serde_json::from_str(
            r#"{"epoch":1,"train_loss":0.258619775505,"train_accuracy":0.37896,"test_loss":0.220542918658,
            "test_accuracy":0.4926,"seconds":20.616117575,"images_per_second":2425.286905650566}"#,
        )
        .unwrap();
        assert_eq!(
            row.held_out,
            HeldOut::new(ChosenBy::Test, 0.220542918658, 0.4926)
        );
    }
}
