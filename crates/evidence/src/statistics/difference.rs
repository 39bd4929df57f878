//! A mean difference over pairs, with what the tests say about it.

use serde::Serialize;

/// The mean difference over pairs, with its interval and its exact test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairedDifference {
    /// Number of pairs.
    pub pairs: usize,
    /// Mean difference.
    pub mean: f64,
    /// Standard deviation of the differences (divided by n − 1). `None` with one pair.
    pub deviation: Option<f64>,
    /// The 95% t interval of the mean. `None` with one pair.
    pub interval: Option<(f64, f64)>,
    /// Exact two-sided p of the sign-flip test: of all 2ⁿ ways to swap the arms within pairs, the share
    /// whose mean difference is at least as far from 0.
    pub sign_flip_p: f64,
    /// The smallest p that this number of pairs can reach: 2 / 2ⁿ.
    pub smallest_p: f64,
    /// The smallest true difference that a two-sided paired t-test at level 0.05 finds with power 0.8, if
    /// differences are normal with the deviation seen here. `None` with one pair.
    pub detectable: Option<f64>,
}

/// The mean difference over pairs without a test, for the many figures that the verdict does not use.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MeanDifference {
    /// Number of pairs.
    pub pairs: usize,
    /// Mean difference.
    pub mean: f64,
    /// Standard deviation of the differences (divided by n − 1). `None` with one pair.
    pub deviation: Option<f64>,
    /// The 95% t interval of the mean, not corrected for the number of intervals. `None` with one pair.
    pub interval: Option<(f64, f64)>,
}

impl From<PairedDifference> for MeanDifference {
    fn from(difference: PairedDifference) -> Self {
        Self {
            pairs: difference.pairs,
            mean: difference.mean,
            deviation: difference.deviation,
            interval: difference.interval,
        }
    }
}

impl PairedDifference {
    /// Whether the 95% interval leaves out 0. Never with one pair.
    pub fn leaves_out_zero(&self) -> bool {
        self.interval
            .is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}
