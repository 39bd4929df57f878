//! Points on the surface of a mesh.

use rand::{Rng, RngExt};

use super::choice::StoredPoint;
use super::off::Mesh;
use super::spot::Spot;
use crate::DataError;

/// `count` random points on the surface, as many for each area as its share, evenly in each triangle.
///
/// # Errors
/// A mesh without faces, without area, or of coordinates that are too large to compute with.
pub(super) fn sample(
    spot: Spot<'_>,
    mesh: &Mesh,
    count: usize,
    random: &mut impl Rng,
) -> Result<Vec<StoredPoint>, DataError> {
    if mesh.triangles.is_empty() {
        return Err(spot
            .fault("a mesh with faces", "none")
            .hinted("remove the file"));
    }
    // The area up to each triangle and with it.
    let mut sum = 0.0;
    let sums = mesh.triangles.iter().map(|triangle| {
        sum += area(corners(mesh, triangle));
        sum
    });
    let sums: Vec<f64> = sums.collect();
    if !sum.is_finite() {
        let found = "numbers too large to compute with";
        return Err(spot.fault("coordinates with areas", found));
    }
    if sum == 0.0 {
        let fault = spot.fault("a mesh with an area", "faces without area");
        return Err(fault.hinted("remove the file"));
    }
    let points = (0..count).map(|_| {
        let place = random.random::<f64>() * sum;
        // A triangle without area ends where it begins, and is never the first to end after a place. Rounding may make
        // the place the sum itself.
        let index = sums.partition_point(|end| *end <= place);
        let index = match index < sums.len() {
            true => index,
            false => sums.partition_point(|end| *end < sum),
        };
        let [mut along, mut across] = random.random::<[f64; 2]>();
        // The other half of the parallelogram, turned onto the triangle.
        if along + across > 1.0 {
            (along, across) = (1.0 - along, 1.0 - across);
        }
        let [a, b, c] = corners(mesh, &mesh.triangles[index]);
        [0, 1, 2].map(|axis| a[axis] + along * (b[axis] - a[axis]) + across * (c[axis] - a[axis]))
    });
    Ok(points.collect())
}

/// A point of which z was up, turned so that y is.
pub(super) fn turned([x, y, z]: StoredPoint) -> StoredPoint {
    [x, z, -y]
}

fn corners(mesh: &Mesh, triangle: &[u32; 3]) -> [StoredPoint; 3] {
    triangle.map(|vertex| mesh.vertices[vertex as usize])
}

fn area([a, b, c]: [StoredPoint; 3]) -> f64 {
    let side = |to: StoredPoint| [0, 1, 2].map(|axis| to[axis] - a[axis]);
    let ([ux, uy, uz], [vx, vy, vz]) = (side(b), side(c));
    let [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    (x * x + y * y + z * z).sqrt() / 2.0
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{Purpose, stream};

    /// A triangle of area 1/2 at z = 0, one without area, and one of area 3/2 at z = 1.
    fn mesh() -> Mesh {
        Mesh {
            vertices: vec![
                [0.0, 0.0, 0.0],
                [1.0, 0.0, 0.0],
                [0.0, 1.0, 0.0],
                [0.0, 0.0, 1.0],
                [3.0, 0.0, 1.0],
                [0.0, 1.0, 1.0],
            ],
            triangles: vec![[0, 1, 2], [0, 1, 1], [3, 4, 5], [4, 4, 4]],
        }
    }

    fn points(mesh: &Mesh, count: usize) -> Result<Vec<StoredPoint>, String> {
        let mut random = stream(1, Purpose::CloudPoints, 0);
        let spot = Spot::file(Path::new("a.off"));
        sample(spot, mesh, count, &mut random).map_err(|error| error.to_string())
    }

    #[test]
    fn every_area_gets_its_share() {
        let points = points(&mesh(), 40_000).unwrap();
        let low = points.iter().filter(|point| point[2] == 0.0).count() as f64;
        // A quarter of the area; the standard deviation is 87.
        assert!((low - 10_000.0).abs() < 400.0, "{low}");
    }

    #[test]
    fn points_lie_evenly_in_their_triangle() {
        let points = points(&mesh(), 40_000).unwrap();
        let low = || points.iter().filter(|point| point[2] == 0.0);
        assert!(low().all(|[x, y, _]| *x >= 0.0 && *y >= 0.0 && x + y <= 1.0));
        // The corners where x, y, or neither is large, and the middle, have a quarter of the area each.
        let count = low().count() as f64;
        let share = |of: fn(&&StoredPoint) -> bool| low().filter(of).count() as f64 / count;
        for share in [
            share(|point| point[0] > 0.5),
            share(|point| point[1] > 0.5),
            share(|point| point[0] + point[1] < 0.5),
        ] {
            assert!((share - 0.25).abs() < 0.02, "{share}");
        }
    }

    #[test]
    fn a_mesh_without_a_surface_is_refused() {
        let of = |triangles| {
            points(
                &Mesh {
                    triangles,
                    ..mesh()
                },
                5,
            )
            .unwrap_err()
        };
        assert_eq!(of(vec![]), "a.off: expected a mesh with faces, found none");
        assert_eq!(
            of(vec![[0, 1, 1]]),
            "a.off: expected a mesh with an area, found faces without area"
        );
        let mut large = mesh();
        large.vertices[1][0] = 1e300;
        assert_eq!(
            points(&large, 5).unwrap_err(),
            "a.off: expected coordinates with areas, found numbers too large to compute with"
        );
    }

    #[test]
    fn up_becomes_up() {
        assert_eq!(turned([1.0, 2.0, 3.0]), [1.0, 3.0, -2.0]);
    }
}
