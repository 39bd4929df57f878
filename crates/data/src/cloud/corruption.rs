//! Damage to point clouds, by which a trained network is judged: noise, missing points, tilts and other scales.

use std::f64::consts::TAU;

use rand::RngExt;

use super::augmentation::{drop_points, jitter, turn};
use crate::Point;
use crate::draw::random::{Purpose, image_stream};

/// A kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloudDamage {
    /// Normal noise on each coordinate.
    Noise,
    /// Points that are missing: a point that stays takes the place of each.
    MissingPoints,
    /// A turn about a random level axis.
    Tilt,
    /// Another size: smaller or larger.
    Scale,
}

/// A kind of damage at one strength.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CloudCorruption {
    /// The kind.
    pub damage: CloudDamage,
    /// How strong it is: the deviation of noise, the share of missing points, the angle of a tilt in degrees, the share by
    /// which the size changes.
    pub strength: f64,
}

impl CloudDamage {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Noise, Self::MissingPoints, Self::Tilt, Self::Scale];

    /// Its name, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::MissingPoints => "missing points",
            Self::Tilt => "tilt",
            Self::Scale => "scale",
        }
    }

    /// What its strengths measure.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Noise => "deviation",
            Self::MissingPoints => "share",
            Self::Tilt => "degrees",
            Self::Scale => "change",
        }
    }

    /// The strengths at which networks are judged, ascending.
    pub fn strengths(self) -> [f64; 5] {
        match self {
            Self::Noise => [0.02, 0.04, 0.06, 0.08, 0.1],
            Self::MissingPoints => [0.5, 0.75, 0.875, 0.9375, 0.96875],
            Self::Tilt => [10.0, 20.0, 30.0, 45.0, 60.0],
            Self::Scale => [0.1, 0.2, 0.3, 0.4, 0.5],
        }
    }
}

impl CloudCorruption {
    /// All kinds at all strengths.
    pub fn all() -> impl Iterator<Item = Self> {
        CloudDamage::ALL.into_iter().flat_map(|damage| {
            let strengths = damage.strengths().into_iter();
            strengths.map(move |strength| Self { damage, strength })
        })
    }

    /// Damages the cloud at `index` of a test set. The same cloud is damaged alike for every network.
    pub(crate) fn apply(self, points: &mut [Point], index: usize) {
        let Self { damage, strength } = self;
        // One stream for each kind: a stronger damage is the same one, only more of it.
        let kind = damage as u64;
        let numbers = 5 * points.len() + 16;
        let mut numbers = image_stream(0, Purpose::CloudDamage, kind, index, numbers);
        match damage {
            CloudDamage::Noise => jitter(points, strength, &mut numbers),
            CloudDamage::MissingPoints => drop_points(points, strength, &mut numbers),
            CloudDamage::Tilt => {
                let axis = numbers.random_range(0.0..TAU);
                turn(points, axis);
                tip(points, strength.to_radians());
                turn(points, -axis);
            }
            CloudDamage::Scale => {
                let factor = match numbers.random_bool(0.5) {
                    true => 1.0 + strength,
                    false => 1.0 - strength,
                };
                for value in points.iter_mut().flatten() {
                    *value = (f64::from(*value) * factor) as f32;
                }
            }
        }
    }
}

/// Turns the points about the x axis, by an angle in radians.
fn tip(points: &mut [Point], angle: f64) {
    let (sin, cos) = angle.sin_cos();
    for point in points {
        let [x, y, z] = *point;
        let (up, along) = (f64::from(y), f64::from(z));
        *point = [
            x,
            (cos * up - sin * along) as f32,
            (sin * up + cos * along) as f32,
        ];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic_shapes;

    fn damaged(damage: CloudDamage, strength: f64) -> [Vec<Point>; 2] {
        let cloud = synthetic_shapes(1, 10, 0, 400).train.cloud(3).to_vec();
        let mut after = cloud.clone();
        CloudCorruption { damage, strength }.apply(&mut after, 3);
        [cloud, after]
    }

    fn length(point: &Point) -> f32 {
        point.iter().map(|value| value * value).sum::<f32>().sqrt()
    }

    fn distance(a: &Point, b: &Point) -> f32 {
        length(&[a[0] - b[0], a[1] - b[1], a[2] - b[2]])
    }

    #[test]
    fn there_are_five_ascending_strengths_of_each_kind() {
        assert_eq!(CloudCorruption::all().count(), 20);
        for damage in CloudDamage::ALL {
            assert!(damage.strengths().is_sorted_by(|a, b| 0.0 < *a && a < b));
        }
    }

    #[test]
    fn a_cloud_is_always_damaged_alike_and_another_one_otherwise() {
        for damage in CloudDamage::ALL {
            let [before, after] = damaged(damage, 0.4);
            assert_eq!(damaged(damage, 0.4)[1], after);
            assert_ne!(before, after, "{damage:?}");
        }
        let mut other = damaged(CloudDamage::Noise, 0.4)[0].clone();
        let noise = CloudCorruption {
            damage: CloudDamage::Noise,
            strength: 0.4,
        };
        noise.apply(&mut other, 4);
        assert_ne!(other, damaged(CloudDamage::Noise, 0.4)[1]);
    }

    #[test]
    fn stronger_noise_is_the_same_noise_and_more_of_it() {
        let [before, weak] = damaged(CloudDamage::Noise, 0.02);
        let [_, strong] = damaged(CloudDamage::Noise, 0.04);
        for ((before, weak), strong) in before.iter().zip(&weak).zip(&strong) {
            for axis in 0..3 {
                let [small, large] = [weak, strong].map(|after| after[axis] - before[axis]);
                assert!((large - 2.0 * small).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn missing_points_are_about_the_share() {
        let [before, after] = damaged(CloudDamage::MissingPoints, 0.75);
        let stay = before.iter().zip(&after).filter(|(a, b)| a == b).count();
        assert!((80..=120).contains(&stay), "{stay}");
        assert!(after.iter().all(|point| before.contains(point)));
    }

    #[test]
    fn a_tilt_is_a_rotation_by_its_angle() {
        let [before, after] = damaged(CloudDamage::Tilt, 30.0);
        for (a, b) in before.iter().zip(&after) {
            assert!((length(a) - length(b)).abs() < 1e-5);
        }
        assert!((distance(&before[0], &before[9]) - distance(&after[0], &after[9])).abs() < 1e-5);
        // The up axis moves by the angle.
        let mut up = [[0.0, 1.0, 0.0]];
        let tilt = CloudCorruption {
            damage: CloudDamage::Tilt,
            strength: 30.0,
        };
        tilt.apply(&mut up, 7);
        assert!(
            (up[0][1] - 30.0_f32.to_radians().cos()).abs() < 1e-6,
            "{up:?}"
        );
    }

    #[test]
    fn a_scale_is_one_factor_of_two() {
        let [before, after] = damaged(CloudDamage::Scale, 0.3);
        let factor = length(&after[0]) / length(&before[0]);
        assert!(
            (factor - 0.7).abs() < 1e-5 || (factor - 1.3).abs() < 1e-5,
            "{factor}"
        );
    }
}
