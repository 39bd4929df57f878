//! The power of a paired t-test, and the effect that it finds with a given power.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::erf::erfc;

use super::LEVEL;

/// Points for each standard deviation in the sum that replaces the integral over the sample deviation.
const STEPS: i32 = 24;
/// The range of the sum, in standard deviations of ln χ. Less than 1e-16 lies outside.
const RANGE: (i32, i32) = (-58, 12);

/// The two-sided paired t-test at [`LEVEL`] for one number of pairs, if differences are normal.
#[derive(Clone, Debug)]
pub struct PairedTTest {
    pairs: usize,
    critical: f64,
    /// Sample deviations as multiples of the true one, and their probabilities, which sum to 1.
    deviations: Vec<(f64, f64)>,
}

impl PairedTTest {
    /// Prepares the test of `pairs` pairs. `None` for fewer than two.
    pub fn new(pairs: usize) -> Option<Self> {
        if pairs < 2 {
            return None;
        }
        let freedom = (pairs - 1) as f64;
        let t = StudentsT::new(0.0, 1.0, freedom).expect("a positive number of degrees of freedom");
        Some(Self {
            pairs,
            critical: t.inverse_cdf(1.0 - LEVEL / 2.0),
            deviations: sample_deviations(freedom),
        })
    }

    /// The value of |t| above which the test finds a difference.
    pub fn critical(&self) -> f64 {
        self.critical
    }

    /// The probability of finding a true mean difference of `effect` standard deviations of the
    /// differences.
    ///
    /// It is P(|T| > critical) for the noncentral T = (Z + effect √n) / W. Z is standard normal, and W is
    /// the sample deviation as a multiple of the true one. Given W, this is a normal probability; the
    /// result is its mean over the distribution of W.
    pub fn power(&self, effect: f64) -> f64 {
        let shift = effect * (self.pairs as f64).sqrt();
        let found = self.deviations.iter().map(|(deviation, probability)| {
            let reach = self.critical * deviation;
            probability * (normal_cdf(shift - reach) + normal_cdf(-shift - reach))
        });
        found.sum()
    }

    /// The smallest effect, in standard deviations of the differences, that is found with probability
    /// `power`.
    ///
    /// # Panics
    /// If `power` is not between [`LEVEL`] and 1. Without an effect the power is already [`LEVEL`].
    pub fn smallest_effect(&self, power: f64) -> f64 {
        assert!(power > LEVEL && power < 1.0, "a power above the level");
        let (mut low, mut high) = (0.0, 1.0);
        while self.power(high) < power {
            (low, high) = (high, 2.0 * high);
        }
        // The power grows with the effect. Fifty halvings leave less than 1e-14 of the bracket.
        for _ in 0..50 {
            let middle = (low + high) / 2.0;
            if self.power(middle) < power {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }
}

/// The distribution of the sample deviation divided by the true one, χ / √freedom, at points with equal
/// distances in ln χ.
///
/// On that scale the density is smooth and vanishes on both sides, so the sum is as exact as f64. One
/// standard deviation of ln χ is about 1 / √(2 freedom).
fn sample_deviations(freedom: f64) -> Vec<(f64, f64)> {
    let scale = (2.0 * freedom).sqrt().recip();
    let points = (RANGE.0 * STEPS..=RANGE.1 * STEPS).map(|step| {
        // The density of u = ln(χ / √freedom) has its mode at 0.
        let u = scale * f64::from(step) / f64::from(STEPS);
        let log_density = freedom * (u - 0.5 * (2.0 * u).exp_m1());
        (u.exp(), log_density.exp())
    });
    let mut points: Vec<(f64, f64)> = points.filter(|(_, density)| *density > 1e-18).collect();
    let total: f64 = points.iter().map(|(_, density)| density).sum();
    for (_, density) in &mut points {
        *density /= total;
    }
    points
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}
