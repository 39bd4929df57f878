//! What is written about each epoch: its row in `metrics.jsonl`.

use std::path::Path;

use mixup_evidence::ChosenBy;
use serde::{Deserialize, Deserializer, Serialize};

use crate::failure::Failure;
use crate::files::{self, damaged, json_line};

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
    /// The learning rate of its last step. Versions before 0.3.0 kept none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
    /// Seconds of training, without the evaluation after it.
    pub seconds: f64,
    /// CPU seconds of all threads in this time. Versions before 0.3.0 kept none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
    /// Training images per second.
    #[serde(deserialize_with = "rate_or_null")]
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

/// Reads the rows of the file at `path`; none if there is no such file yet.
///
/// # Errors
/// [`Failure::Usage`] that names the line if one is damaged or cannot be true, else [`Failure::File`].
pub(crate) fn read_rows(path: &Path) -> Result<Vec<EpochRow>, Failure> {
    parse_rows(path, &files::read_text_or_empty(path)?)
}

/// The rows in the `text` of the file at `path`.
///
/// # Errors
/// [`Failure::Usage`] that names the line if one is damaged or cannot be true.
pub(crate) fn parse_rows(path: &Path, text: &str) -> Result<Vec<EpochRow>, Failure> {
    (1..)
        .zip(text.lines())
        .map(|(number, line)| {
            let damaged = |found: &str| damaged(path, &format!("{found} in line {number}"));
            let row: EpochRow = serde_json::from_str(line).map_err(|error| {
                // The parser sees one line at a time, so its own line number would always be 1.
                damaged(
                    error
                        .to_string()
                        .split(" at line ")
                        .next()
                        .unwrap_or_default(),
                )
            })?;
            row.check(number).map_err(|found| damaged(&found))?;
            Ok(row)
        })
        .collect()
}

/// The text of a file with these rows.
pub(crate) fn rows_text(rows: &[EpochRow]) -> String {
    let lines = rows.iter().map(|row| json_line(row) + "\n");
    lines.collect()
}

/// The row of the first epoch with the highest accuracy on the held-out images.
pub(crate) fn best_row(rows: &[EpochRow]) -> Option<&EpochRow> {
    rows.iter().reduce(|best, row| {
        if row.held_out.accuracy() > best.held_out.accuracy() {
            row
        } else {
            best
        }
    })
}

/// Whether a run with these `rows` ends early: its last `patience` epochs had no better result than one before.
pub(crate) fn has_stopped(rows: &[EpochRow], patience: usize) -> bool {
    best_row(rows).is_some_and(|best| rows.len() - best.epoch >= patience)
}

impl EpochRow {
    /// Checks that this can be the row in line `number`. Returns what was found otherwise.
    fn check(&self, number: usize) -> Result<(), String> {
        if self.epoch != number {
            return Err(format!("epoch {} instead of {number}", self.epoch));
        }
        for accuracy in [self.train_accuracy, self.held_out.accuracy()] {
            check_share("accuracy", accuracy)?;
        }
        for (name, value) in [
            ("learning_rate", self.learning_rate),
            ("seconds", Some(self.seconds)),
            ("cpu_seconds", self.cpu_seconds),
            ("images_per_second", Some(self.images_per_second)),
        ] {
            if let Some(value) = value.filter(|value| *value < 0.0) {
                return Err(format!("{name} {value}"));
            }
        }
        Ok(())
    }
}

/// Checks that `share` is from 0 to 1. Returns what was found otherwise.
pub(crate) fn check_share(name: &str, share: f64) -> Result<(), String> {
    if (0.0..=1.0).contains(&share) {
        Ok(())
    } else {
        Err(format!("{name} {share} (not from 0 to 1)"))
    }
}

/// Images per second. A clock may see no time pass in a short epoch, and JSON has no infinity.
pub(crate) fn rate(images: usize, seconds: f64) -> f64 {
    images as f64 / seconds.max(1e-9)
}

/// Reads a rate. Version 0.2.0 wrote `null` for an epoch that took no time.
fn rate_or_null<'de, D: Deserializer<'de>>(reader: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or(0.0))
}

#[cfg(test)]
mod tests;
