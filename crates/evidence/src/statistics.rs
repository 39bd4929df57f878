//! Means, intervals and exact tests for a few paired runs.
//!
//! There are two statements about a mean difference. The t interval assumes that differences are
//! normal. The exact sign-flip test assumes only that the sign of each difference is random if the arms
//! are equal. In return its p cannot go below 2 / 2ⁿ with n pairs.

mod difference;
mod mcnemar;
mod power;
mod sign_flip;
#[cfg(test)]
mod simulations;
mod spread;
#[cfg(test)]
mod tests;

use self::spread::mean_and_deviation;

pub use difference::{MeanDifference, PairedDifference};
pub use mcnemar::McNemar;
pub use power::PairedTTest;
pub use sign_flip::{sign_flip_p, sign_flip_p_of_counts};
pub use spread::Spread;

/// The level of every test and, as `1 − LEVEL`, of every interval.
pub const LEVEL: f64 = 0.05;

/// The power at which [`PairedDifference::detectable`] is stated.
pub const POWER: f64 = 0.8;

/// The smallest p that an exact sign-flip test of `pairs` pairs can reach: 2 / 2ⁿ.
pub fn smallest_p(pairs: usize) -> f64 {
    (0..pairs).fold(2.0, |p, _| p / 2.0)
}

/// The smallest number of pairs with which an exact sign-flip test can reach [`LEVEL`].
pub fn fewest_pairs() -> usize {
    let pairs = (1..).find(|&pairs| smallest_p(pairs) <= LEVEL);
    pairs.expect("halving goes below every level")
}

/// The tests for a given number of pairs. They are prepared once for all measures of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct PairedTests {
    pairs: usize,
    /// Half the interval's width, in standard errors. `None` with one pair.
    critical: Option<f64>,
    /// [`PairedDifference::detectable`] in standard deviations. `None` with one pair.
    detectable: Option<f64>,
}

impl PairedTests {
    /// Prepares the tests for `pairs` pairs.
    ///
    /// # Panics
    /// If `pairs` is 0.
    pub fn new(pairs: usize) -> Self {
        assert!(pairs > 0, "at least one pair");
        let test = PairedTTest::new(pairs);
        Self {
            pairs,
            critical: test.as_ref().map(PairedTTest::critical),
            detectable: test.map(|test| test.smallest_effect(POWER)),
        }
    }

    /// Judges differences of the number of images predicted right, out of `images`. The result is in
    /// shares of `images`.
    ///
    /// Whole numbers have no rounding errors, so equal differences have a deviation of exactly 0.
    ///
    /// # Panics
    /// If there are not as many differences as pairs, or no images.
    pub fn judge_counts(&self, differences: &[i64], images: usize) -> PairedDifference {
        assert!(images > 0, "shares of at least one image");
        let shares: Vec<f64> = differences
            .iter()
            .map(|&count| count as f64 / images as f64)
            .collect();
        self.judge(&shares, sign_flip_p_of_counts(differences))
    }

    /// Judges differences of a measure that is not a whole number. Their p is exact up to 20 pairs and an upper bound for
    /// more; with a difference that is no number it is 1.
    ///
    /// # Panics
    /// If there are not as many differences as pairs.
    pub fn judge_values(&self, differences: &[f64]) -> PairedDifference {
        self.judge(differences, sign_flip_p(differences))
    }

    /// The mean of differences with its interval, without a test.
    ///
    /// # Panics
    /// If there are not as many differences as pairs.
    pub fn mean_of(&self, differences: &[f64]) -> MeanDifference {
        // A test that is not asked for costs time that grows with 2 to the number of pairs.
        self.judge(differences, 1.0).into()
    }

    fn judge(&self, differences: &[f64], sign_flip_p: f64) -> PairedDifference {
        assert_eq!(differences.len(), self.pairs, "a difference for each pair");
        let (mean, deviation) = mean_and_deviation(differences);
        let half_width = self
            .critical
            .zip(deviation)
            .map(|(critical, deviation)| critical * deviation / (self.pairs as f64).sqrt());
        PairedDifference {
            pairs: self.pairs,
            mean,
            deviation,
            interval: half_width.map(|half| (mean - half, mean + half)),
            sign_flip_p,
            smallest_p: smallest_p(self.pairs),
            detectable: self.detectable.zip(deviation).map(|(a, b)| a * b),
        }
    }
}
