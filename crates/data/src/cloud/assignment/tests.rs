use proptest::prelude::*;
use rand::seq::SliceRandom;

use super::*;
use crate::draw::random::{Purpose, stream};
use crate::synthetic_shapes;

/// The sum of the distances of the pairs.
fn cost(from: &[Point], to: &[Point], partners: &[u32]) -> f64 {
    let pairs = from.iter().zip(partners);
    pairs.map(|(a, &b)| distance(a, &to[b as usize])).sum()
}

fn distance(a: &Point, b: &Point) -> f64 {
    let square = |axis: usize| (f64::from(a[axis]) - f64::from(b[axis])).powi(2);
    (0..3).map(square).sum::<f64>().sqrt()
}

/// The least cost, by trying all permutations.
fn least_of_all(from: &[Point], to: &[Point]) -> f64 {
    fn extended(from: &[Point], to: &[Point], partners: &mut Vec<u32>) -> f64 {
        if partners.len() == from.len() {
            return cost(from, to, partners);
        }
        let mut least = f64::INFINITY;
        for partner in 0..to.len() as u32 {
            if !partners.contains(&partner) {
                partners.push(partner);
                least = least.min(extended(from, to, partners));
                partners.pop();
            }
        }
        least
    }
    extended(from, to, &mut vec![])
}

/// The least cost, by shortest augmenting paths: the Hungarian method, which is exact.
fn least(from: &[Point], to: &[Point]) -> f64 {
    let count = from.len();
    // Row and column 0 stand for nothing.
    let (mut rows, mut columns) = (vec![0.0; count + 1], vec![0.0; count + 1]);
    let mut row_of = vec![0; count + 1];
    for row in 1..=count {
        row_of[0] = row;
        let mut slack = vec![f64::INFINITY; count + 1];
        let mut seen = vec![false; count + 1];
        let mut came_from = vec![0; count + 1];
        let mut column = 0;
        while row_of[column] != 0 {
            seen[column] = true;
            let here = row_of[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for other in (1..=count).filter(|&other| !seen[other]) {
                let reduced =
                    distance(&from[here - 1], &to[other - 1]) - rows[here] - columns[other];
                if reduced < slack[other] {
                    slack[other] = reduced;
                    came_from[other] = column;
                }
                if slack[other] < delta {
                    (delta, next) = (slack[other], other);
                }
            }
            for other in 0..=count {
                if seen[other] {
                    rows[row_of[other]] += delta;
                    columns[other] -= delta;
                } else {
                    slack[other] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            let before = came_from[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let pairs = (1..=count).map(|column| (row_of[column] - 1, column - 1));
    pairs
        .map(|(row, column)| distance(&from[row], &to[column]))
        .sum()
}

/// A cloud of 1 to 6 points, and another of as many.
fn small_clouds() -> impl Strategy<Value = (Vec<Point>, Vec<Point>)> {
    let point = || prop::array::uniform3(-1.0_f32..1.0);
    (1..7_usize).prop_flat_map(move |count| {
        let cloud = || prop::collection::vec(point(), count);
        (cloud(), cloud())
    })
}

fn assert_bijection(partners: &[u32]) {
    let mut sorted = partners.to_vec();
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..partners.len() as u32));
}

/// Clouds of `size` points of two shapes of each pair of classes that follow each other.
fn pairs_of_shapes(size: usize) -> Vec<(Vec<Point>, Vec<Point>)> {
    let shapes = synthetic_shapes(4, 11, 0, size).train;
    let cloud = |index: usize| shapes.cloud(index).to_vec();
    (0..10)
        .map(|index| (cloud(index), cloud(index + 1)))
        .collect()
}

proptest! {
    #[test]
    fn small_clouds_get_the_least_cost_of_all_permutations((from, to) in small_clouds()) {
        let partners = assign(&from, &to);
        assert_bijection(&partners);
        let (found, least) = (cost(&from, &to, &partners), least_of_all(&from, &to));
        // The radius of clouds in this cube is at most √3.
        let bound = 0.0005 * 3.0_f64.sqrt() * from.len() as f64;
        prop_assert!(found <= least + bound, "{found} {least}");
    }

    #[test]
    fn units_and_places_change_no_assignment((from, to) in small_clouds(), power in -20..20_i32) {
        let scale = 2.0_f32.powi(power);
        let scaled = |cloud: &[Point]| -> Vec<Point> {
            cloud.iter().map(|point| point.map(|value| value * scale)).collect()
        };
        prop_assert_eq!(assign(&scaled(&from), &scaled(&to)), assign(&from, &to));
    }
}

#[test]
fn the_cost_of_shapes_is_at_most_two_thousandths_above_the_least() {
    for (from, to) in pairs_of_shapes(128) {
        let partners = assign(&from, &to);
        assert_bijection(&partners);
        let ratio = cost(&from, &to, &partners) / least(&from, &to);
        assert!((1.0 - 1e-6..=1.002).contains(&ratio), "{ratio}");
    }
}

#[test]
fn the_exact_solver_of_these_tests_finds_the_least_of_all_permutations() {
    for (from, to) in pairs_of_shapes(6) {
        let (found, all) = (least(&from, &to), least_of_all(&from, &to));
        assert!((found - all).abs() < 1e-12, "{found} {all}");
    }
}

#[test]
fn the_cost_does_not_depend_on_the_order_of_points() {
    let mut numbers = stream(1, Purpose::Order, 0);
    for (from, to) in pairs_of_shapes(200) {
        let mut shuffled = to.clone();
        shuffled.shuffle(&mut numbers);
        let costs = [&to, &shuffled].map(|to| cost(&from, to, &assign(&from, to)));
        let bound = 0.0005 * 2.0 * from.len() as f64;
        assert!((costs[0] - costs[1]).abs() <= bound, "{costs:?}");
    }
}

#[test]
fn the_largest_and_the_smallest_coordinates_have_an_assignment() {
    for scale in [3e38_f32, 1e-40, f32::from_bits(1)] {
        let (from, to) = pairs_of_shapes(24).remove(0);
        let scaled = |cloud: &[Point]| -> Vec<Point> {
            cloud
                .iter()
                .map(|point| point.map(|value| value * scale))
                .collect()
        };
        assert_bijection(&assign(&scaled(&from), &scaled(&to)));
        let far = [[scale, 0.0, 0.0], [scale, scale / 30.0, 0.0]];
        let other = far.map(|[x, y, z]| [-x, y, z]);
        assert_bijection(&assign(&far, &other));
        assert_bijection(&assign(&far, &far));
    }
}

#[test]
fn a_cloud_goes_with_itself() {
    for (cloud, _) in pairs_of_shapes(100) {
        let mut turned = cloud.clone();
        turned.rotate_left(31);
        let partners = assign(&turned, &cloud);
        assert_bijection(&partners);
        assert!(cost(&turned, &cloud, &partners) <= 0.0005 * 100.0);
    }
}

#[test]
fn clouds_without_extent_or_points_have_an_assignment() {
    assert_eq!(assign(&[], &[]), [0_u32; 0]);
    assert_eq!(assign(&[[1.0; 3]], &[[5.0; 3]]), [0]);
    assert_eq!(assign(&[[1.0; 3]; 4], &[[1.0; 3]; 4]), [0, 1, 2, 3]);
    let partners = assign(&[[1.0; 3]; 40], &[[2.0; 3]; 40]);
    assert_bijection(&partners);
}

#[test]
#[should_panic(expected = "finite coordinates")]
fn a_coordinate_that_is_no_number_ends_at_once() {
    assign(&[[0.0; 3], [f32::NAN; 3]], &[[0.0; 3], [1.0; 3]]);
}

#[test]
#[should_panic(expected = "equally many points")]
fn clouds_of_different_sizes_have_none() {
    assign(&[[0.0; 3]], &[]);
}
