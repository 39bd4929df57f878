use super::*;
use crate::draw::random::stream;

/// How far the points of a cloud lie from the y axis.
fn distances_from_axis(points: &[Point]) -> Vec<f32> {
    let distance = |[x, _, z]: &Point| (x * x + z * z).sqrt();
    points.iter().map(distance).collect()
}

#[test]
fn the_same_seed_gives_the_same_clouds() {
    assert_eq!(
        synthetic_shapes(3, 20, 10, 64),
        synthetic_shapes(3, 20, 10, 64)
    );
    assert_ne!(
        synthetic_shapes(3, 20, 10, 64),
        synthetic_shapes(4, 20, 10, 64)
    );
}

#[test]
fn a_cloud_does_not_depend_on_the_counts() {
    let (few, many) = (
        synthetic_shapes(5, 12, 3, 32),
        synthetic_shapes(5, 30, 13, 32),
    );
    assert_eq!(few.train.cloud(11), many.train.cloud(11));
    assert_eq!(few.test.cloud(2), many.test.cloud(2));
    assert_ne!(few.train.cloud(2), few.test.cloud(2));
}

#[test]
fn large_clouds_share_no_numbers() {
    let set = synthetic_shapes(5, 6, 0, 8000).train;
    // The torus, and the cloud after it: the same numbers would give the same heights.
    let heights = |index: usize| -> Vec<u32> {
        set.cloud(index)
            .iter()
            .map(|point| point[1].to_bits())
            .collect()
    };
    let (torus, next) = (heights(4), heights(5));
    assert!(torus.iter().filter(|height| next.contains(height)).count() < 100);
}

#[test]
fn clouds_fill_the_unit_ball_around_their_mean() {
    let set = synthetic_shapes(6, 30, 10, 200);
    for index in 0..30 {
        let points = set.train.cloud(index);
        let mean =
            [0, 1, 2].map(|axis| points.iter().map(|point| point[axis]).sum::<f32>() / 200.0);
        assert!(mean.iter().all(|value| value.abs() < 1e-5), "{mean:?}");
        let square = |point: &Point| point.iter().map(|value| value * value).sum::<f32>();
        let largest = points.iter().map(square).fold(0.0, f32::max);
        assert!((largest - 1.0).abs() < 1e-5, "{largest}");
    }
}

#[test]
fn the_classes_are_balanced() {
    let set = synthetic_shapes(7, 40, 23, 8);
    assert_eq!(set.train.class_counts(10), [4; 10]);
    assert_eq!(set.test.class_counts(10), [3, 3, 3, 2, 2, 2, 2, 2, 2, 2]);
    assert_eq!(set.classes, CLASSES);
}

/// A point of `shape` before it is stretched, a thousand times.
fn points(shape: &Shape) -> Vec<[f64; 3]> {
    let mut dice = Dice::new(stream(1, Purpose::SyntheticShapes, 9));
    (0..1000).map(|_| shape.point(&mut dice)).collect()
}

fn share(points: &[[f64; 3]], is_in: impl Fn(&[f64; 3]) -> bool) -> f64 {
    points.iter().filter(|point| is_in(point)).count() as f64 / points.len() as f64
}

#[test]
fn points_lie_on_their_surface() {
    let radius = |[x, _, z]: &[f64; 3]| (x * x + z * z).sqrt();
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    for point in points(&Shape::Cone { half: 1.0 }) {
        let on_side = near(radius(&point), (1.0 - point[1]) / 2.0);
        assert!(on_side || near(point[1], -1.0), "{point:?}");
    }
    for point in points(&Shape::Torus { thickness: 0.3 }) {
        let out = radius(&point) - 1.0;
        assert!(
            near((out * out + point[1] * point[1]).sqrt(), 0.3),
            "{point:?}"
        );
    }
    for point in points(&Shape::Pyramid { half: 0.8 }) {
        let side = point[0].abs().max(point[2].abs());
        let on_side = near(point[1], 0.8 - 1.6 * side);
        assert!(on_side || near(point[1], -0.8), "{point:?}");
    }
    for point in points(&Shape::Tube {
        half: 1.0,
        hole: 0.5,
    }) {
        let on_side = near(radius(&point), 1.0) || near(radius(&point), 0.5);
        assert!(on_side || near(point[1].abs(), 1.0), "{point:?}");
    }
}

#[test]
fn parts_of_a_surface_get_points_by_their_area() {
    // Of a cube, each face a sixth; of a cylinder, the two discs 1 / (1 + 2 half).
    let cube = points(&Shape::Block { halves: [0.7; 3] });
    for axis in 0..3 {
        let found = share(&cube, |point| point[axis] == 0.7);
        assert!((found - 1.0 / 6.0).abs() < 0.04, "{found}");
    }
    let cylinder = points(&Shape::Cylinder { half: 1.0 });
    let found = share(&cylinder, |point| point[1].abs() == 1.0);
    assert!((found - 1.0 / 3.0).abs() < 0.05, "{found}");
    // 4π² of a torus' area R r; its outer half is larger by 2 r / π of it.
    let torus = points(&Shape::Torus { thickness: 0.4 });
    let outside = share(&torus, |[x, _, z]| x * x + z * z > 1.0);
    assert!(
        (outside - (0.5 + 0.4 / std::f64::consts::PI)).abs() < 0.05,
        "{outside}"
    );
}

#[test]
fn a_turned_shape_keeps_its_axis() {
    let set = synthetic_shapes(9, 10, 0, 400);
    let torus = CLASSES.iter().position(|name| *name == "torus").unwrap();
    let distances = distances_from_axis(set.train.cloud(torus));
    // There is a hole in the middle.
    assert!(distances.iter().all(|&distance| distance > 0.2));
}
