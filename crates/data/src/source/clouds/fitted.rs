//! Centres a cloud and scales it into the unit ball.

use super::choice::StoredPoint;
use super::spot::Spot;
use crate::cloud::unit_ball::{NoBall, in_unit_ball};
use crate::{DataError, Point};

/// The points moved so that their mean is the origin, and scaled so that the farthest has distance 1.
///
/// # Errors
/// A coordinate that is no finite number, coordinates that are too large to compute with, and points that all lie in one
/// place.
pub(super) fn fitted(spot: Spot<'_>, points: &[StoredPoint]) -> Result<Vec<Point>, DataError> {
    let is_finite = |point: &StoredPoint| point.iter().all(|value| value.is_finite());
    if let Some(index) = points.iter().position(|point| !is_finite(point)) {
        let found = format!("{:?} as point {index}", points[index]);
        return Err(spot.fault("finite coordinates", found));
    }
    in_unit_ball(points).map_err(|reason| match reason {
        NoBall::TooLarge => {
            let found = "numbers too large to compute with";
            spot.fault("coordinates with a mean and distances", found)
        }
        NoBall::OnePlace => {
            let found = format!("{} in one place", points.len());
            let fault = spot.fault("points in several places", found);
            fault.hinted("remove the cloud: it has no shape")
        }
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn fit(points: &[StoredPoint]) -> Result<Vec<Point>, String> {
        let row = Some(3);
        let path = Path::new("a.h5");
        fitted(Spot { path, row }, points).map_err(|error| error.to_string())
    }

    #[test]
    fn the_mean_becomes_the_origin_and_the_farthest_point_has_distance_one() {
        let found = fit(&[
            [1.0, 5.0, 0.0],
            [3.0, 5.0, 0.0],
            [2.0, 9.0, 3.0],
            [2.0, 1.0, 1.0],
        ]);
        let root = 20_f32.sqrt();
        let expected = [
            [-1.0, 0.0, -1.0],
            [1.0, 0.0, -1.0],
            [0.0, 4.0, 2.0],
            [0.0, -4.0, 0.0],
        ];
        let expected = expected.map(|point: [f32; 3]| point.map(|value| value / root));
        for (found, expected) in found.unwrap().iter().zip(expected) {
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-7, "{found} {expected}");
            }
        }
    }

    #[test]
    fn where_a_cloud_lay_and_how_large_it_was_is_gone() {
        let points = [[0.1, 0.0, 0.7], [0.5, -0.25, 0.0], [-1.0, 0.5, 2.0]];
        let far = points.map(|point| point.map(|value| value * 1024.0 + 4096.0));
        for (one, other) in fit(&points).unwrap().iter().zip(fit(&far).unwrap()) {
            for (one, other) in one.iter().zip(other) {
                assert!((one - other).abs() < 1e-6, "{one} {other}");
            }
        }
    }

    #[test]
    fn points_without_a_shape_are_refused() {
        let of_cloud = |expected: &str, found: &str| {
            format!("a.h5: expected {expected} in cloud 3 (the first is 0), found {found}")
        };
        // The mean of three times 0.1 is not 0.1.
        assert_eq!(
            fit(&[[0.1; 3]; 3]),
            Err(of_cloud("points in several places", "3 in one place"))
        );
        assert_eq!(
            fit(&[[0.0; 3], [0.0, f64::NAN, 1.0]]),
            Err(of_cloud("finite coordinates", "[0.0, NaN, 1.0] as point 1"))
        );
        for large in [[[1e200, 0.0, 0.0], [0.0; 3]], [[f64::MAX; 3]; 2]] {
            assert_eq!(
                fit(&large),
                Err(of_cloud(
                    "coordinates with a mean and distances",
                    "numbers too large to compute with"
                ))
            );
        }
    }
}
