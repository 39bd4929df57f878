//! Clouds are moved and scaled into the unit ball.

use crate::Point;

/// Why points cannot be scaled into the unit ball.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoBall {
    /// Sums or squares of coordinates are no finite numbers.
    TooLarge,
    /// All points lie in one place.
    OnePlace,
}

/// The points moved so that their mean is the origin, and scaled so that the farthest has distance 1.
///
/// Only sums, products, quotients and roots are taken, in the order of the points, so that every machine gets the same.
pub(crate) fn in_unit_ball(points: &[[f64; 3]]) -> Result<Vec<Point>, NoBall> {
    let count = points.len() as f64;
    let mean = [0, 1, 2].map(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / count);
    let moved = |point: &[f64; 3]| [0, 1, 2].map(|axis| point[axis] - mean[axis]);
    let squares = points.iter().map(|point| {
        let [x, y, z] = moved(point);
        x * x + y * y + z * z
    });
    let radius = squares.fold(0.0, f64::max).sqrt();
    // A mean that is no number makes every distance one, and the largest of such distances 0.
    if !radius.is_finite() || mean.iter().any(|value| !value.is_finite()) {
        return Err(NoBall::TooLarge);
    }
    let first = points.first();
    if radius == 0.0 || points.iter().all(|point| Some(point) == first) {
        return Err(NoBall::OnePlace);
    }
    let scaled = points
        .iter()
        .map(|point| moved(point).map(|value| (value / radius) as f32));
    Ok(scaled.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_moves_to_the_origin_and_the_farthest_point_to_distance_one() {
        let points = [[1.0, 2.0, 3.0], [3.0, 2.0, 3.0], [2.0, 2.0, 9.0]];
        let scaled = in_unit_ball(&points).unwrap();
        // The mean is (2, 2, 5) and the third point lies 4 from it.
        assert_eq!(
            scaled,
            [[-0.25, 0.0, -0.5], [0.25, 0.0, -0.5], [0.0, 0.0, 1.0]]
        );
    }

    #[test]
    fn a_repeated_point_has_no_scale() {
        assert_eq!(in_unit_ball(&[[0.1, 0.2, 0.3]; 7]), Err(NoBall::OnePlace));
        assert_eq!(in_unit_ball(&[[0.0; 3]; 2]), Err(NoBall::OnePlace));
    }

    #[test]
    fn squares_that_are_no_numbers_have_no_scale() {
        let points = [[1e300, 0.0, 0.0], [-1e300, 0.0, 0.0]];
        assert_eq!(in_unit_ball(&points), Err(NoBall::TooLarge));
    }
}
