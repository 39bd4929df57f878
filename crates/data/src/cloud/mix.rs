//! Mixes two point clouds.

use crate::{Point, assign};

/// Mixes two clouds point by point: λ of each point plus 1 − λ of its partner.
///
/// # Formula
/// Point i is λ aᵢ + (1 − λ) b_φ(i), where φ is `partners`; see [`assign`]. With λ = 1 it is the first cloud, and with
/// λ = 0 the second one in another order.
///
/// # Panics
/// If there is not one partner for each point of the first cloud, or a partner is not a point of the second one.
///
/// # Source
/// Chen et al., "PointMixup: Augmentation for Point Clouds", 2020, equation 5.
///
/// # Example
/// ```
/// let square = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]];
/// let moved = [[1.0, 0.5, 0.0], [0.0, 0.5, 0.0]];
/// let partners = mixup_data::assign(&square, &moved);
/// let middle = mixup_data::mix_points(&square, &moved, &partners, 0.5);
/// assert_eq!(middle, [[0.0, 0.25, 0.0], [1.0, 0.25, 0.0]]);
/// ```
pub fn mix_points(first: &[Point], second: &[Point], partners: &[u32], lambda: f64) -> Vec<Point> {
    assert_eq!(first.len(), partners.len(), "partners of the points");
    let (own, other) = (lambda as f32, (1.0 - lambda) as f32);
    let pairs = first.iter().zip(partners);
    pairs
        .map(|(point, &partner)| {
            let partner = second[partner as usize];
            [0, 1, 2].map(|axis| own * point[axis] + other * partner[axis])
        })
        .collect()
}

/// Replaces the points at the places `replaced` by their partners under the optimal assignment.
///
/// # Panics
/// If the clouds have different numbers of points, or there is no point at one of the places.
///
/// # Source
/// Zhang et al., "PointCutMix: Regularization Strategy for Point Cloud Classification", 2022, variant R.
pub fn replace_points(first: &[Point], second: &[Point], replaced: &[u32]) -> Vec<Point> {
    let partners = assign(first, second);
    let mut mixed = first.to_vec();
    for &place in replaced {
        mixed[place as usize] = second[partners[place as usize] as usize];
    }
    mixed
}

#[cfg(test)]
mod tests;
