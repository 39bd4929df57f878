//! Changes to single point clouds before they are mixed: turns, scales, shifts, noise and dropped points.

use std::f64::consts::TAU;

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use crate::draw::random::{Purpose, image_stream};
use crate::{DataError, Point};

/// Which changes are made to single training clouds, in this order. They are drawn again for every cloud and epoch.
///
/// # Source
/// Qi et al., "PointNet++: Deep Hierarchical Feature Learning on Point Sets in a Metric Space", 2017, and its code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CloudAugmentation {
    /// Whether a cloud is turned about the up axis, by any angle.
    pub turn: bool,
    /// A cloud is scaled by a factor from 1 − `scale` to 1 + `scale`. From 0, below 1.
    pub scale: f64,
    /// A cloud is moved along each axis by a distance from −`shift` to `shift`. From 0 to 10.
    pub shift: f64,
    /// The deviation of the noise that is added to each coordinate, at most five times that. From 0 to 1.
    pub jitter: f64,
    /// The largest share of points that are dropped: the first point that stays takes their place. From 0, below 1.
    pub dropout: f64,
}

/// Noise ends at this many deviations.
const JITTER_END: f64 = 5.0;

impl CloudAugmentation {
    /// Requires every value to be within its range.
    ///
    /// # Errors
    /// [`DataError::Setting`] of the first that is not.
    pub fn check(&self) -> Result<(), DataError> {
        let below_one = |value: f64| (0.0..1.0).contains(&value);
        let checks: [(&'static str, f64, &str, bool); 4] = [
            (
                "scale",
                self.scale,
                "from 0, below 1",
                below_one(self.scale),
            ),
            (
                "shift",
                self.shift,
                "from 0 to 10",
                (0.0..=10.0).contains(&self.shift),
            ),
            (
                "jitter",
                self.jitter,
                "from 0 to 1",
                (0.0..=1.0).contains(&self.jitter),
            ),
            (
                "dropout",
                self.dropout,
                "from 0, below 1",
                below_one(self.dropout),
            ),
        ];
        match checks.into_iter().find(|&(.., fits)| !fits) {
            None => Ok(()),
            Some((setting, found, range, _)) => Err(DataError::Setting {
                setting,
                expected: format!("a number {range}"),
                found: found.to_string(),
            }),
        }
    }

    /// Changes the cloud at `index` of the training set as `epoch` sees it.
    pub(crate) fn apply(&self, points: &mut [Point], seed: u64, epoch: u64, index: usize) {
        if *self == Self::default() {
            return;
        }
        // Noise may take more than one number for a coordinate.
        let numbers = 5 * points.len() + 16;
        let mut numbers = image_stream(seed, Purpose::CloudLook, epoch, index, numbers);
        // These draw their numbers even if they change nothing, so that one does not depend on the others.
        let angle = numbers.random_range(0.0..TAU);
        if self.turn {
            turn(points, angle);
        }
        let factor = 1.0 + self.scale * numbers.random_range(-1.0..1.0);
        let shift = [(); 3].map(|()| self.shift * numbers.random_range(-1.0..1.0));
        for point in &mut *points {
            for (value, shift) in point.iter_mut().zip(shift) {
                *value = (f64::from(*value) * factor + shift) as f32;
            }
        }
        let share = self.dropout * numbers.random_range(0.0..1.0);
        if share > 0.0 {
            drop_points(points, share, &mut numbers);
        }
        if self.jitter > 0.0 {
            jitter(points, self.jitter, &mut numbers);
        }
    }
}

/// Turns the points about the up axis, y, by an angle in radians.
pub(super) fn turn(points: &mut [Point], angle: f64) {
    let (sin, cos) = angle.sin_cos();
    for point in points {
        let [x, y, z] = *point;
        let (across, along) = (f64::from(x), f64::from(z));
        let turned = [cos * across + sin * along, cos * along - sin * across];
        *point = [turned[0] as f32, y, turned[1] as f32];
    }
}

/// Adds normal noise of this deviation to each coordinate, at most [`JITTER_END`] times it.
pub(super) fn jitter(points: &mut [Point], deviation: f64, numbers: &mut impl Rng) {
    for value in points.iter_mut().flatten() {
        let noise: f64 = numbers.sample(StandardNormal);
        *value += (deviation * noise.clamp(-JITTER_END, JITTER_END)) as f32;
    }
}

/// Drops each point with this probability. The first point that stays takes the place of those that are dropped; if none
/// stays, the last one does.
pub(super) fn drop_points(points: &mut [Point], probability: f64, numbers: &mut impl Rng) {
    let dropped: Vec<bool> = points
        .iter()
        .map(|_| numbers.random_bool(probability))
        .collect();
    let kept = dropped.iter().position(|&is_dropped| !is_dropped);
    let Some(kept) = kept
        .or(points.len().checked_sub(1))
        .map(|kept| points[kept])
    else {
        return;
    };
    for (point, is_dropped) in points.iter_mut().zip(dropped) {
        if is_dropped {
            *point = kept;
        }
    }
}

#[cfg(test)]
mod tests;
