//! Simulated experiments. A planted difference is found as often as the stated power says, and without a
//! difference one is reported no more often than the level allows.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

use super::*;
use crate::Outcome;

const IMAGES: usize = 10_000;
/// The baseline's true test accuracy.
const BASELINE: f64 = 0.745;
const COMPARISONS: u32 = 6000;

/// The shares of simulated comparisons that reach each conclusion.
struct Shares {
    interval: f64,
    exact: f64,
    better_or_worse: f64,
}

/// Simulates pairs of runs whose true accuracies differ by `effect`. Their noise gives the difference the
/// standard deviation `deviation`. Each accuracy is a whole number of images.
fn simulate(pairs: usize, effect: f64, deviation: f64, seed: u64) -> Shares {
    let tests = PairedTests::new(pairs);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let stray = Normal::new(0.0, deviation / 2_f64.sqrt()).unwrap();
    let (mut interval, mut exact, mut said) = (0, 0, 0);
    for _ in 0..COMPARISONS {
        let mut right = |accuracy: f64| {
            let accuracy = accuracy + stray.sample(&mut random);
            (accuracy * IMAGES as f64).round() as i64
        };
        let differences: Vec<i64> = (0..pairs)
            .map(|_| right(BASELINE + effect) - right(BASELINE))
            .collect();
        let difference = tests.judge_counts(&differences, IMAGES);
        interval += u32::from(difference.leaves_out_zero());
        exact += u32::from(difference.sign_flip_p <= LEVEL);
        let outcome = Outcome::new(&difference);
        said += u32::from(matches!(outcome, Outcome::Better | Outcome::Worse));
    }
    let share = |count: u32| f64::from(count) / f64::from(COMPARISONS);
    Shares {
        interval: share(interval),
        exact: share(exact),
        better_or_worse: share(said),
    }
}

/// Four standard errors of a share over all comparisons.
fn error(share: f64) -> f64 {
    4.0 * (share * (1.0 - share) / f64::from(COMPARISONS)).sqrt()
}

#[test]
fn two_points_are_found_as_often_as_stated() {
    for (seed, pairs) in (1..).zip([4, 6, 10]) {
        let test = PairedTTest::new(pairs).unwrap();
        for power in [0.5, 0.8] {
            let deviation = 0.02 / test.smallest_effect(power);
            let shares = simulate(pairs, 0.02, deviation, seed);
            println!(
                "{pairs} pairs, deviation {deviation:.5}, stated power {power}: interval {:.4}, \
                 exact test {:.4}, better {:.4}",
                shares.interval, shares.exact, shares.better_or_worse
            );
            let gap = (shares.interval - power).abs();
            assert!(
                gap < error(power),
                "{pairs} pairs: {} for {power}",
                shares.interval
            );
            if pairs < fewest_pairs() {
                assert_eq!(shares.exact, 0.0);
            }
        }
    }
}

#[test]
fn no_difference_is_called_one_no_more_often_than_the_level() {
    for (seed, pairs) in (11..).zip([2, 4, 6, 10]) {
        let shares = simulate(pairs, 0.0, 0.01, seed);
        println!(
            "{pairs} pairs without a difference: interval {:.4}, exact test {:.4}, better or worse \
             {:.4}",
            shares.interval, shares.exact, shares.better_or_worse
        );
        assert!(
            (shares.interval - LEVEL).abs() < error(LEVEL),
            "{}",
            shares.interval
        );
        assert!(shares.exact < LEVEL + error(LEVEL), "{}", shares.exact);
        assert!(shares.better_or_worse <= LEVEL + error(LEVEL));
        assert!(shares.better_or_worse <= shares.exact.min(shares.interval));
    }
}
