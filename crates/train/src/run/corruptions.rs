//! The accuracy of a network on corrupted images: of every corruption at every severity, and their mean.

use mixup_data::{CorruptedSet, Split};
use serde::Serialize;

use crate::failure::Failure;
use crate::run::evaluate_weights::WeightsEvaluation;
use crate::run::weights_data::request;

/// Accuracies, from 0 to 1, on corrupted images.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct CorruptionTable {
    /// The severities, from 1 to 5.
    pub severities: Vec<usize>,
    /// The number of images of a corruption at one severity.
    pub images: usize,
    /// One row for each corruption, in alphabetical order.
    pub corruptions: Vec<CorruptionRow>,
    /// Over all corruptions but the extra ones; over these if there are no others.
    pub mean: MeanAccuracy,
    /// Over all corruptions, if some are extra ones and some are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_with_extra: Option<MeanAccuracy>,
}

/// The accuracies on images of one corruption.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct CorruptionRow {
    /// The name of the corruption.
    pub corruption: String,
    /// Whether it is one of those that the authors of CIFAR-10-C keep for choosing settings.
    pub is_extra: bool,
    /// One for each severity.
    pub accuracies: Vec<f64>,
    /// Their mean.
    pub mean_accuracy: f64,
}

/// A mean over corruptions and severities, each with the same weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct MeanAccuracy {
    /// How many corruptions count.
    pub corruptions: usize,
    /// The share of the images that were right.
    pub accuracy: f64,
    /// The share of the images that were wrong: the mean corruption error, without a reference network.
    pub error: f64,
}

impl CorruptionTable {
    /// The table of these rows.
    pub(crate) fn new(
        severities: Vec<usize>,
        images: usize,
        corruptions: Vec<CorruptionRow>,
    ) -> Self {
        let (extra, others): (Vec<_>, Vec<_>) = corruptions.iter().partition(|row| row.is_extra);
        let all: Vec<&CorruptionRow> = corruptions.iter().collect();
        let has_both = !extra.is_empty() && !others.is_empty();
        Self {
            severities,
            images,
            mean: MeanAccuracy::new(if others.is_empty() { &all } else { &others }),
            mean_with_extra: has_both.then(|| MeanAccuracy::new(&all)),
            corruptions,
        }
    }
}

impl CorruptionRow {
    /// The row of a corruption with one accuracy for each severity.
    pub(crate) fn new(corruption: &str, accuracies: Vec<f64>) -> Self {
        Self {
            corruption: corruption.into(),
            is_extra: CorruptedSet::is_extra(corruption),
            mean_accuracy: accuracies.iter().sum::<f64>() / accuracies.len() as f64,
            accuracies,
        }
    }
}

impl MeanAccuracy {
    fn new(rows: &[&CorruptionRow]) -> Self {
        let sum: f64 = rows.iter().map(|row| row.mean_accuracy).sum();
        let accuracy = sum / rows.len() as f64;
        Self {
            corruptions: rows.len(),
            accuracy,
            error: 1.0 - accuracy,
        }
    }
}

/// Evaluates the network on each of `corruptions` at each of `severities`, one part after another, so that only one is in
/// memory.
///
/// # Errors
/// [`Failure`] if the images cannot be read, or if the device fails.
pub(crate) fn table(
    evaluation: &WeightsEvaluation<'_>,
    set: &CorruptedSet,
    corruptions: &[&str],
    severities: Vec<usize>,
) -> Result<CorruptionTable, Failure> {
    let request = request(evaluation.network);
    let rows = corruptions.iter().map(|corruption| {
        let accuracies = severities.iter().map(|&severity| {
            let images = set.read(corruption, severity, &request)?;
            let test = Split::upload(images, &evaluation.device.device);
            Ok(evaluation.on_clean(&test)?.measures.accuracy)
        });
        let accuracies = accuracies.collect::<Result<_, Failure>>()?;
        Ok(CorruptionRow::new(corruption, accuracies))
    });
    let rows = rows.collect::<Result<_, Failure>>()?;
    Ok(CorruptionTable::new(severities, set.images(), rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_corruptions_have_a_mean_of_their_own() {
        let row = CorruptionRow::new;
        let rows = vec![
            row("fog", vec![0.5, 0.25]),
            row("frost", vec![1.0, 0.25]),
            row("spatter", vec![0.0, 0.5]),
        ];
        let table = CorruptionTable::new(vec![1, 5], 4, rows);
        assert_eq!(table.mean.corruptions, 2);
        assert!((table.mean.accuracy - 0.5).abs() < 1e-12);
        assert!((table.mean.error - 0.5).abs() < 1e-12);
        let all = table.mean_with_extra.expect("both kinds");
        assert_eq!(all.corruptions, 3);
        assert!((all.accuracy - 2.5 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn a_mean_over_one_kind_is_the_only_one() {
        for name in ["fog", "spatter"] {
            let rows = vec![CorruptionRow::new(name, vec![0.75])];
            let table = CorruptionTable::new(vec![3], 4, rows);
            assert_eq!(table.mean_with_extra, None);
            assert!((table.mean.accuracy - 0.75).abs() < 1e-12);
        }
    }
}
