use super::*;
use crate::synthetic_shapes;

/// Two clouds of different shapes.
fn two(size: usize) -> [Vec<Point>; 2] {
    let shapes = synthetic_shapes(2, 6, 0, size).train;
    [1, 4].map(|index| shapes.cloud(index).to_vec())
}

fn sorted(points: &[Point]) -> Vec<[u32; 3]> {
    let mut bits: Vec<_> = points.iter().map(|point| point.map(f32::to_bits)).collect();
    bits.sort_unstable();
    bits
}

/// The mean distance of partners under the optimal assignment: the earth mover's distance of clouds of equal size.
fn earth_movers_distance(from: &[Point], to: &[Point]) -> f64 {
    let partners = assign(from, to);
    let pairs = from.iter().zip(partners);
    let distance = |(a, b): (&Point, u32)| {
        let b = to[b as usize];
        let square = [0, 1, 2].map(|axis| f64::from(a[axis] - b[axis]).powi(2));
        square.iter().sum::<f64>().sqrt()
    };
    pairs.map(distance).sum::<f64>() / from.len() as f64
}

#[test]
fn the_ends_are_the_two_clouds() {
    let [first, second] = two(100);
    let partners = assign(&first, &second);
    assert_eq!(mix_points(&first, &second, &partners, 1.0), first);
    let other = mix_points(&first, &second, &partners, 0.0);
    assert_eq!(sorted(&other), sorted(&second));
}

/// The claim of the paper: mixing by the optimal assignment goes a shortest way, at a constant speed.
#[test]
fn the_distance_to_both_ends_is_linear_in_lambda() {
    let [first, second] = two(150);
    let partners = assign(&first, &second);
    let whole = earth_movers_distance(&first, &second);
    for lambda in [0.1, 0.25, 0.5, 0.8] {
        let mixed = mix_points(&first, &second, &partners, lambda);
        let [to_first, to_second] = [&first, &second].map(|end| earth_movers_distance(&mixed, end));
        assert!(
            (to_first / whole - (1.0 - lambda)).abs() < 0.01,
            "{lambda}: {to_first}"
        );
        assert!(
            (to_second / whole - lambda).abs() < 0.01,
            "{lambda}: {to_second}"
        );
    }
}

#[test]
fn a_random_assignment_goes_a_longer_way() {
    let [first, second] = two(150);
    // The points of a cloud are in a random order.
    let by_place: Vec<u32> = (0..150).collect();
    let middle = mix_points(&first, &second, &by_place, 0.5);
    let sum = earth_movers_distance(&middle, &first) + earth_movers_distance(&middle, &second);
    assert!(sum > 1.3 * earth_movers_distance(&first, &second), "{sum}");
}

#[test]
fn replaced_points_come_from_the_partner_and_the_others_stay() {
    let [first, second] = two(80);
    let replaced = [3, 17, 40];
    let mixed = replace_points(&first, &second, &replaced);
    let partners = assign(&first, &second);
    for place in 0..80 {
        let expected = match replaced.contains(&(place as u32)) {
            true => second[partners[place] as usize],
            false => first[place],
        };
        assert_eq!(mixed[place], expected);
    }
    let all: Vec<u32> = (0..80).collect();
    assert_eq!(
        sorted(&replace_points(&first, &second, &all)),
        sorted(&second)
    );
    assert_eq!(replace_points(&first, &second, &[]), first);
}
