use super::*;
use crate::synthetic_shapes;

/// A cloud of the built-in shapes.
fn cloud() -> Vec<Point> {
    synthetic_shapes(1, 5, 0, 300).train.cloud(4).to_vec()
}

/// The cloud at `index` in an epoch, changed.
fn changed(augmentation: CloudAugmentation, epoch: u64, index: usize) -> Vec<Point> {
    let mut points = cloud();
    augmentation.apply(&mut points, 7, epoch, index);
    points
}

fn lengths(points: &[Point]) -> Vec<f64> {
    let length = |point: &Point| {
        let square = point.iter().map(|&value| f64::from(value).powi(2));
        square.sum::<f64>().sqrt()
    };
    points.iter().map(length).collect()
}

#[test]
fn nothing_changes_by_default() {
    assert_eq!(changed(CloudAugmentation::default(), 1, 0), cloud());
}

#[test]
fn changes_depend_on_the_epoch_and_the_cloud_alone() {
    let all = CloudAugmentation {
        turn: true,
        scale: 0.2,
        shift: 0.1,
        jitter: 0.01,
        dropout: 0.5,
    };
    all.check().unwrap();
    assert_eq!(changed(all, 1, 0), changed(all, 1, 0));
    assert_ne!(changed(all, 1, 0), changed(all, 2, 0));
    assert_ne!(changed(all, 1, 0), changed(all, 1, 1));
}

#[test]
fn a_turn_keeps_heights_and_distances_from_the_axis() {
    let turned = changed(
        CloudAugmentation {
            turn: true,
            ..CloudAugmentation::default()
        },
        1,
        0,
    );
    let radius = |point: &Point| point[0].hypot(point[2]);
    let mut most = 0.0_f32;
    for (before, after) in cloud().iter().zip(&turned) {
        assert_eq!(before[1], after[1]);
        assert!((radius(before) - radius(after)).abs() < 1e-6);
        most = most.max((before[0] - after[0]).abs());
    }
    assert!(most > 0.1, "{most}");
}

#[test]
fn angles_are_spread_over_the_whole_circle() {
    let mut sums = [0.0; 2];
    for index in 0..400 {
        let mut points = [[1.0, 0.0, 0.0]];
        let turn = CloudAugmentation {
            turn: true,
            ..CloudAugmentation::default()
        };
        turn.apply(&mut points, 3, 1, index);
        sums = [
            sums[0] + points[0][0] / 400.0,
            sums[1] + points[0][2] / 400.0,
        ];
    }
    // The mean of 400 uniform directions has a deviation of 0.035 along each axis.
    assert!(sums.iter().all(|sum| sum.abs() < 0.15), "{sums:?}");
}

#[test]
fn scale_and_shift_move_all_points_alike() {
    let scaled = changed(
        CloudAugmentation {
            scale: 0.3,
            ..CloudAugmentation::default()
        },
        1,
        2,
    );
    let lengths = [lengths(&cloud()), lengths(&scaled)];
    let factor = lengths[1][0] / lengths[0][0];
    assert!((0.7..=1.3).contains(&factor) && factor != 1.0, "{factor}");
    for (before, after) in lengths[0].iter().zip(&lengths[1]) {
        assert!((after - before * factor).abs() < 1e-6);
    }
    let shifted = changed(
        CloudAugmentation {
            shift: 0.1,
            ..CloudAugmentation::default()
        },
        1,
        2,
    );
    let moved = |place: usize| [0, 1, 2].map(|axis| shifted[place][axis] - cloud()[place][axis]);
    assert!(moved(0).iter().all(|value| value.abs() <= 0.1));
    for place in 1..300 {
        for axis in 0..3 {
            assert!((moved(place)[axis] - moved(0)[axis]).abs() < 1e-6);
        }
    }
}

#[test]
fn a_scale_is_the_same_with_and_without_a_turn() {
    let scaled = CloudAugmentation {
        scale: 0.2,
        ..CloudAugmentation::default()
    };
    let turned = CloudAugmentation {
        turn: true,
        ..scaled
    };
    let [scaled, turned] = [scaled, turned].map(|looks| lengths(&changed(looks, 1, 0)));
    for (scaled, turned) in scaled.iter().zip(turned) {
        assert!((scaled - turned).abs() < 1e-6, "{scaled} {turned}");
    }
}

#[test]
fn noise_has_its_deviation_and_an_end() {
    let noisy = changed(
        CloudAugmentation {
            jitter: 0.02,
            ..CloudAugmentation::default()
        },
        1,
        0,
    );
    let noise = cloud()
        .into_iter()
        .flatten()
        .zip(noisy.into_iter().flatten());
    let noise: Vec<f64> = noise
        .map(|(before, after)| f64::from(after - before))
        .collect();
    let square = noise.iter().map(|value| value * value).sum::<f64>();
    let deviation = (square / noise.len() as f64).sqrt();
    assert!((0.018..0.022).contains(&deviation), "{deviation}");
    assert!(noise.iter().all(|value| value.abs() <= 0.1 + 1e-6));
}

#[test]
fn dropped_points_are_replaced_by_one_that_stays() {
    let dropout = CloudAugmentation {
        dropout: 0.8,
        ..CloudAugmentation::default()
    };
    let before = cloud();
    let mut most = 0;
    for epoch in 1..20 {
        let after = changed(dropout, epoch, 0);
        assert_eq!(after.len(), before.len());
        assert!(after.iter().all(|point| before.contains(point)));
        most = most.max(after.iter().zip(&before).filter(|(a, b)| a != b).count());
    }
    assert!(most > 100, "{most}");
}

#[test]
fn a_cloud_keeps_a_point_if_all_are_dropped() {
    let mut points = [[1.0; 3], [2.0; 3]];
    drop_points(
        &mut points,
        1.0,
        &mut image_stream(1, Purpose::CloudLook, 1, 0, 9),
    );
    assert_eq!(points, [[2.0; 3]; 2]);
}

#[test]
fn values_outside_their_range_name_their_key() {
    let refused = |augmentation: CloudAugmentation| augmentation.check().unwrap_err().to_string();
    let none = CloudAugmentation::default();
    assert_eq!(
        refused(CloudAugmentation { scale: 1.0, ..none }),
        "scale: expected a number from 0, below 1, found 1"
    );
    assert_eq!(
        refused(CloudAugmentation {
            jitter: f64::NAN,
            ..none
        }),
        "jitter: expected a number from 0 to 1, found NaN"
    );
    assert!(
        refused(CloudAugmentation {
            shift: -0.1,
            ..none
        })
        .starts_with("shift")
    );
    assert!(
        refused(CloudAugmentation {
            dropout: 1.5,
            ..none
        })
        .starts_with("dropout")
    );
}
