//! Clouds are moved and scaled into the unit ball.

use crate::Point;

/// The points with their mean at the origin and the farthest at distance 1; `None` if all are at one place.
pub(crate) fn in_unit_ball(points: &[[f64; 3]]) -> Option<Vec<Point>> {
    let count = points.len() as f64;
    let mean = [0, 1, 2].map(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / count);
    let moved = points
        .iter()
        .map(|point| [0, 1, 2].map(|axis| point[axis] - mean[axis]));
    let moved: Vec<[f64; 3]> = moved.collect();
    let square = |point: &[f64; 3]| point.iter().map(|value| value * value).sum::<f64>();
    let largest = moved.iter().map(square).fold(0.0, f64::max).sqrt();
    // Of equal points, the mean may differ from them by a rounding.
    let spread = points
        .iter()
        .flatten()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    if largest <= spread * 1e-12 {
        return None;
    }
    let scaled = moved
        .iter()
        .map(|point| point.map(|value| (value / largest) as f32));
    Some(scaled.collect())
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
        assert_eq!(in_unit_ball(&[[0.1, 0.2, 0.3]; 7]), None);
        assert_eq!(in_unit_ball(&[[0.0; 3]; 2]), None);
    }
}
