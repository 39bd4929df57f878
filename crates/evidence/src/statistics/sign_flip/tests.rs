//! Figures of SciPy 1.17.1, and every choice of signs by enumeration.

use proptest::prelude::*;

use super::*;
use crate::statistics::smallest_p;

fn near(found: f64, expected: f64, share: f64) {
    let gap = (found - expected).abs();
    assert!(
        gap <= share * expected.abs().max(f64::MIN_POSITIVE),
        "{found} is not {expected}"
    );
}

#[test]
fn exact_sign_flips_of_whole_numbers() {
    // scipy.stats.permutation_test((d,), numpy.sum, permutation_type='samples', n_resamples=inf)
    for (differences, expected) in [
        (&[212, -31, 87, 154][..], 0.25),
        (&[212, 31, 87, 154], 0.125),
        (&[120, -40, 33, 0, 71, 52], 0.1875),
        (&[5, 5, -5, 5, 5, 5, 5, 5], 0.0703125),
        (&[12, -7, 30, 44, -3, 18, 25, 9, -14, 21], 0.044921875),
        (&[0, 0, 3], 1.0),
        (&[0, 0, 0], 1.0),
        (&[17], 1.0),
    ] {
        near(sign_flip_p_of_counts(differences), expected, 0.0);
    }
}

#[test]
fn exact_sign_flips_of_other_numbers() {
    // The same call. 0.1 + 0.2 is not 0.3 in f64, and must count as if it were.
    let nll = [-0.0214, -0.0135, 0.0041, -0.0302, -0.0187, -0.0009, -0.0111];
    near(sign_flip_p(&nll), 0.046875, 0.0);
    near(sign_flip_p(&[0.1, 0.2, -0.3, 0.4, 0.7]), 0.3125, 0.0);
    near(sign_flip_p(&[0.0, 0.0]), 1.0, 0.0);
    near(sign_flip_p(&[-0.3]), 1.0, 0.0);
}

#[test]
fn many_pairs_keep_a_sound_p() {
    // Every sign alike: nothing is further from 0, also after rounding to the grid.
    let alike: Vec<f64> = (1..=25).map(|i| 0.001 + f64::from(i) * 1e-5).collect();
    let p = sign_flip_p(&alike);
    assert!(p >= smallest_p(25) && p < 1.1 * smallest_p(25), "{p}");
    // Whole numbers in disguise, whose exact p is known.
    let counts: Vec<i64> = (0..30).map(|i| (i * 37) % 41 - 15).collect();
    let exact = sign_flip_p_of_counts(&counts);
    let values: Vec<f64> = counts.iter().map(|&count| count as f64 / 1e4).collect();
    let p = sign_flip_p(&values);
    assert!(p >= exact && p < exact + 0.001, "{p} against {exact}");
    // Binomial: of 60 equal magnitudes 40 with one sign. scipy.stats.binomtest(40, 60, .5).pvalue
    let signs: Vec<i64> = (0..60).map(|i| if i < 40 { 7 } else { -7 }).collect();
    near(sign_flip_p_of_counts(&signs), 0.01348929373119186, 1e-10);
}

/// Of the four ways to sign 3 and 1, only +3 +1 and −3 −1 are as far from 0 as 4.
#[test]
fn two_pairs_by_hand() {
    assert_eq!(sign_flip_p_of_counts(&[3, 1]), 0.5);
    // 3 − 1 is 2, which all four ways reach.
    assert_eq!(sign_flip_p_of_counts(&[3, -1]), 1.0);
}

/// The eight sums of ±4 ±2 ±1 are all different: 7, 5, 3, 1 and their negatives.
#[test]
fn three_pairs_by_hand() {
    assert_eq!(sign_flip_p_of_counts(&[4, 2, 1]), 0.25);
    assert_eq!(sign_flip_p_of_counts(&[4, 2, -1]), 0.5);
    assert_eq!(sign_flip_p_of_counts(&[4, -2, 1]), 0.75);
    assert_eq!(sign_flip_p_of_counts(&[4, -2, -1]), 1.0);
}

/// A pair without a difference neither helps nor hurts.
#[test]
fn zeros_change_nothing() {
    let without = sign_flip_p_of_counts(&[7, 3, -2, 9]);
    assert_eq!(sign_flip_p_of_counts(&[7, 0, 3, -2, 0, 9]), without);
}

#[test]
fn the_order_of_pairs_does_not_matter() {
    let (one, other) = ([12, -7, 30, 44, -3], [44, -3, 12, 30, -7]);
    assert_eq!(sign_flip_p_of_counts(&one), sign_flip_p_of_counts(&other));
}

#[test]
fn the_unit_of_the_differences_does_not_matter() {
    let small = [0.0011, -0.0004, 0.0023, 0.0009];
    let large = small.map(|difference| difference * 1e6);
    assert_eq!(sign_flip_p(&small), sign_flip_p(&large));
}

#[test]
fn no_pairs_show_nothing() {
    assert_eq!(sign_flip_p_of_counts(&[]), 1.0);
    assert_eq!(sign_flip_p(&[]), 1.0);
}

/// The definition: every choice of signs, counted.
fn by_enumeration(differences: &[i64]) -> f64 {
    let observed: i64 = differences.iter().sum();
    let ways = 1_u32 << differences.len();
    let far = (0..ways).filter(|signs| {
        let signed = differences.iter().enumerate();
        let sum: i64 = signed
            .map(|(pair, d)| if signs >> pair & 1 == 1 { *d } else { -d })
            .sum();
        sum.abs() >= observed.abs()
    });
    far.count() as f64 / f64::from(ways)
}

proptest! {
    #[test]
    fn the_distribution_of_sums_is_that_of_all_sign_choices(
        differences in prop::collection::vec(-300_i64..300, 1..12)
    ) {
        let p = sign_flip_p_of_counts(&differences);
        prop_assert_eq!(p, by_enumeration(&differences));
        // As shares of 10,000 images, with the rounding that comes with it.
        let shares: Vec<f64> = differences.iter().map(|&d| d as f64 / 1e4).collect();
        prop_assert_eq!(sign_flip_p(&shares), p);
        prop_assert!(p >= smallest_p(differences.len()));
    }


    #[test]
    fn many_ties_are_no_trouble(differences in prop::collection::vec(-2_i64..3, 1..13)) {
        prop_assert_eq!(sign_flip_p_of_counts(&differences), by_enumeration(&differences));
    }
}
