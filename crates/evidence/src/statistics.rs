//! What a few paired runs can say: spreads, intervals and exact tests.
//!
//! Two statements about a mean difference stand beside each other. The t interval takes differences
//! as normal; the exact sign-flip test takes only that neither arm is favoured, and pays for it: with
//! n pairs its p cannot go below 2 / 2ⁿ.

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

/// How few pairs an exact sign-flip test needs to reach [`LEVEL`].
pub fn fewest_pairs() -> usize {
    let pairs = (1..).find(|&pairs| smallest_p(pairs) <= LEVEL);
    pairs.expect("halving goes below every level")
}

/// What a given number of pairs is judged with, made once for all measures of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct PairedTests {
    pairs: usize,
    /// Half the interval's width, in standard errors; none with one pair.
    critical: Option<f64>,
    /// [`PairedDifference::detectable`] in standard deviations; none with one pair.
    detectable: Option<f64>,
}

impl PairedTests {
    /// The tests for `pairs` pairs.
    ///
    /// # Panics
    /// Where there are none.
    pub fn new(pairs: usize) -> Self {
        assert!(pairs > 0, "at least one pair");
        let test = PairedTTest::new(pairs);
        Self {
            pairs,
            critical: test.as_ref().map(PairedTTest::critical),
            detectable: test.map(|test| test.smallest_effect(POWER)),
        }
    }

    /// Judges differences of how many of `images` images are right; they come out as shares of them.
    ///
    /// Whole numbers have no rounding, so equal differences have a deviation of exactly 0.
    ///
    /// # Panics
    /// Where there are not as many differences as pairs, or no images.
    pub fn judge_counts(&self, differences: &[i64], images: usize) -> PairedDifference {
        assert!(images > 0, "shares of at least one image");
        let shares: Vec<f64> = differences
            .iter()
            .map(|&count| count as f64 / images as f64)
            .collect();
        self.judge(&shares, sign_flip_p_of_counts(differences))
    }

    /// Judges differences of a measure that is no whole number.
    ///
    /// # Panics
    /// Where there are not as many differences as pairs.
    pub fn judge_values(&self, differences: &[f64]) -> PairedDifference {
        self.judge(differences, sign_flip_p(differences))
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
