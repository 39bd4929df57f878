//! McNemar's exact test.

use serde::Serialize;
use statrs::distribution::{Binomial, DiscreteCDF};

/// McNemar's exact test of two networks on the same images.
///
/// # Source
/// McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", 1947.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct McNemar {
    /// Images that only the arm's network got right.
    pub only_arm: u64,
    /// Images that only the baseline's network got right.
    pub only_baseline: u64,
    /// Two-sided p: the probability that a fair coin splits these images at least as unevenly.
    pub p: f64,
}

impl McNemar {
    /// Tests the predictions of two networks for the same images.
    ///
    /// # Shapes
    /// `labels`, `arm` and `baseline` u16 `[images]`: the true class and the two predicted ones.
    pub fn from_predictions(labels: &[u16], arm: &[u16], baseline: &[u16]) -> Self {
        let (mut only_arm, mut only_baseline) = (0, 0);
        for ((label, arm), baseline) in labels.iter().zip(arm).zip(baseline) {
            match (arm == label, baseline == label) {
                (true, false) => only_arm += 1,
                (false, true) => only_baseline += 1,
                _ => {}
            }
        }
        Self::from_counts(only_arm, only_baseline)
    }

    /// Tests the numbers of images that only one of two networks got right.
    ///
    /// With b and c such images, p = min(1, 2 P(Bin(b + c, ½) ≤ min(b, c))). Without such images p is 1.
    pub fn from_counts(only_arm: u64, only_baseline: u64) -> Self {
        let coin = Binomial::new(0.5, only_arm + only_baseline).expect("½ is a probability");
        let tail = coin.cdf(only_arm.min(only_baseline));
        Self {
            only_arm,
            only_baseline,
            p: (2.0 * tail).min(1.0),
        }
    }
}

#[cfg(test)]
mod tests;
