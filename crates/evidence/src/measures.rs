//! Measures of a network's outputs on labelled images that it was not trained on.

use serde::{Deserialize, Serialize};

use crate::{Confusion, Outputs, log_probabilities};

/// Number of bins of the reliability curve and of the calibration error.
pub const RELIABILITY_BINS: usize = 15;

/// The measures of one network on one split. Shares are fractions in `[0, 1]`.
///
/// NLL, Brier score and confidence need probabilities qₖ that sum to 1. A softmax returns such
/// probabilities. Sigmoids return an independent probability pₖ for each class, so here
/// qₖ = pₖ / Σⱼ pⱼ. The confidence of a prediction is the largest qₖ. The predicted class is that of the
/// largest logit, because both functions keep the order of the logits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Number of images.
    pub images: usize,
    /// The share predicted right.
    pub accuracy: f64,
    /// Mean negative log-likelihood of the true class, −ln q, in nats.
    pub nll: f64,
    /// Mean Brier score: Σₖ (qₖ − yₖ)² with y one-hot, from 0 to 2.
    ///
    /// # Source
    /// Brier, "Verification of forecasts expressed in terms of probability", 1950.
    pub brier: f64,
    /// Expected calibration error: Σ over bins of (images / all images) |accuracy − confidence|, over
    /// [`RELIABILITY_BINS`] bins with equally many images.
    ///
    /// # Source
    /// Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    /// binning", 2015; equal-mass bins as in Nixon et al., "Measuring calibration in deep learning", 2019.
    pub ece: f64,
    /// The bins of the calibration error, from the lowest confidence to the highest.
    pub reliability: Vec<Bin>,
    /// How many images of each true class were predicted as each class.
    pub confusion: Confusion,
}

/// Predictions of similar confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Number of images.
    pub images: usize,
    /// Mean confidence of these images.
    pub confidence: f64,
    /// The share of these images predicted right.
    pub accuracy: f64,
}

impl Measures {
    /// Computes the measures of a network whose logits become probabilities by `outputs`.
    ///
    /// # Shapes
    /// `logits` f32 `[images, classes]` row by row, `labels` u16 `[images]`, each below `classes`, which are at most 65,536.
    ///
    /// # Panics
    /// If the shapes do not fit together, a label is not below `classes`, or there are no images.
    pub fn new(outputs: Outputs, logits: &[f32], labels: &[u16], classes: usize) -> Self {
        assert!(!labels.is_empty(), "at least one image");
        assert_eq!(
            logits.len(),
            labels.len() * classes,
            "a logit for each class"
        );
        let mut confusion = Confusion::new(classes);
        let (mut nll, mut brier) = (0.0, 0.0);
        // The confidence of each prediction, and whether it was right.
        let mut outcomes: Vec<(f64, bool)> = Vec::with_capacity(labels.len());
        for (row, &label) in logits.chunks_exact(classes).zip(labels) {
            let log_q = log_probabilities(outputs, row);
            let predicted = predicted_class(row);
            confusion
                .add(label, predicted, 1)
                .expect("a label and a prediction below the number of classes");
            let (label, predicted) = (usize::from(label), usize::from(predicted));
            nll -= log_q[label];
            brier += (0..)
                .zip(&log_q)
                .map(|(class, log_q)| (log_q.exp() - f64::from(u8::from(class == label))).powi(2))
                .sum::<f64>();
            outcomes.push((log_q[predicted].exp(), predicted == label));
        }
        let images = labels.len();
        let right = outcomes.iter().filter(|(_, right)| *right).count();
        let reliability = equal_mass_bins(outcomes);
        let gaps = reliability
            .iter()
            .map(|bin| bin.images as f64 * (bin.accuracy - bin.confidence).abs());
        Self {
            images,
            accuracy: right as f64 / images as f64,
            nll: nll / images as f64,
            brier: brier / images as f64,
            ece: gaps.sum::<f64>() / images as f64,
            reliability,
            confusion,
        }
    }

    /// The share of each true class that was predicted right. `None` for a class without images.
    pub fn class_accuracies(&self) -> Vec<Option<f64>> {
        self.confusion.class_accuracies()
    }
}

/// The class that a row of logits predicts: the first one with the largest logit. Of more than 65,536 logits
/// the first 65,536 count, because classes are u16.
pub fn predicted_class(logits: &[f32]) -> u16 {
    let (mut best, mut largest) = (0, f32::NEG_INFINITY);
    for (class, &logit) in (0..=u16::MAX).zip(logits) {
        // A first logit that is not a number stays the largest one.
        if class == 0 || logit > largest {
            (best, largest) = (class, logit);
        }
    }
    best
}

/// Bins whose numbers of images differ by at most one. With few images, each has its own bin.
///
/// Predictions of equal confidence share their hits evenly. An edge between bins may fall among them,
/// and then the bins must not depend on the order of the images.
fn equal_mass_bins(mut outcomes: Vec<(f64, bool)>) -> Vec<Bin> {
    outcomes.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut shares: Vec<f64> = Vec::with_capacity(outcomes.len());
    for equal in outcomes.chunk_by(|(a, _), (b, _)| a.total_cmp(b).is_eq()) {
        let right = equal.iter().filter(|(_, right)| *right).count();
        let share = right as f64 / equal.len() as f64;
        shares.extend(std::iter::repeat_n(share, equal.len()));
    }
    let bins = RELIABILITY_BINS.min(outcomes.len());
    let edge = |bin: usize| bin * outcomes.len() / bins;
    (0..bins)
        .map(|bin| {
            let part = edge(bin)..edge(bin + 1);
            let images = part.len();
            let confidence: f64 = outcomes[part.clone()].iter().map(|(c, _)| c).sum();
            Bin {
                images,
                confidence: confidence / images as f64,
                accuracy: shares[part].iter().sum::<f64>() / images as f64,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
