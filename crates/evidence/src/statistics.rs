//! What a few paired runs can say: spreads, intervals and exact tests.
//!
//! Two statements about a mean difference are made together. The t interval takes differences
//! as normal; the exact sign-flip test takes only that neither arm is favoured, and pays for it: with
//! n pairs its p cannot go below 2 / 2ⁿ.

mod mcnemar;
mod power;
mod sign_flip;
#[cfg(test)]
mod simulations;
#[cfg(test)]
mod tests;

use crate::{PairedDifference, Spread};

pub use power::PairedTTest;
pub use sign_flip::{sign_flip_p, sign_flip_p_of_counts};

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

impl Spread {
    /// Mean and standard deviation of `values`, one a run.
    ///
    /// # Panics
    /// Where there are none.
    pub fn of(values: &[f64]) -> Self {
        let (mean, deviation) = mean_and_deviation(values);
        Self {
            runs: values.len(),
            mean,
            deviation,
        }
    }
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
    pub fn of_counts(&self, differences: &[i64], images: usize) -> PairedDifference {
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
    pub fn of_values(&self, differences: &[f64]) -> PairedDifference {
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

impl PairedDifference {
    /// Whether the 95% interval leaves out 0; never with one pair.
    pub fn leaves_out_zero(&self) -> bool {
        self.interval
            .is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

/// Mean and sample deviation (divided by n − 1; none with one value) of at least one value.
fn mean_and_deviation(values: &[f64]) -> (f64, Option<f64>) {
    let n = values.len() as f64;
    let first = *values.first().expect("a mean of at least one value");
    // Around the first value, so that equal values give exactly it and a deviation of exactly 0.
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt());
    (mean, deviation)
}
