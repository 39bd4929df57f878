use super::*;
use crate::{Purpose, stream};

#[test]
fn impossible_settings_are_refused_by_name() {
    let message = |alpha, selection| Mixing::new(alpha, selection).unwrap_err().to_string();
    for alpha in [-1.0, f64::INFINITY, f64::NAN, 1e-9, -0.001] {
        assert!(message(alpha, Selection::Every(5)).starts_with("alpha: expected 0"));
    }
    assert!(message(0.2, Selection::Every(0)).starts_with("every:"));
    assert!(message(0.2, Selection::Probability(1.5)).starts_with("probability:"));
    assert!(message(0.2, Selection::Probability(f64::NAN)).starts_with("probability:"));
}

#[test]
fn manifold_mixup_needs_a_stage() {
    let error = Stages::new(vec![]).unwrap_err().to_string();
    assert_eq!(error, "layers: expected at least one layer, found none");
    assert_eq!(Stages::new(vec![2, 0]).unwrap().as_slice(), [2, 0]);
}

/// For α = 1, max(λ, 1 − λ) is uniform on [1/2, 1]: mean 3/4, variance 1/48.
#[test]
fn a_folded_lambda_keeps_the_larger_share() {
    let mut mixing = Mixing::new(1.0, Selection::Every(1)).unwrap();
    mixing.folded = true;
    let lambda = mixing.lambda(1).unwrap();
    let rng = &mut stream(1, Purpose::Lambda, 1);
    let draws: Vec<f64> = lambda.sample_iter(rng).take(40_000).collect();
    assert!(draws.iter().all(|l| (0.5..=1.0).contains(l)));
    let mean = draws.iter().sum::<f64>() / 40_000.0;
    let variance = draws.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / 40_000.0;
    assert!((mean - 0.75).abs() < 0.003, "{mean}");
    assert!((variance * 48.0 - 1.0).abs() < 0.03, "{variance}");
}

#[test]
fn mixing_ends_with_its_last_epoch() {
    let mut mixing = Mixing::new(1.0, Selection::Every(1)).unwrap();
    assert!(mixing.lambda(1_000_000).is_some());
    mixing.last_epoch = Some(3);
    assert!(mixing.lambda(3).is_some() && mixing.lambda(4).is_none());
    mixing.last_epoch = Some(0);
    assert!(mixing.lambda(1).is_none());
    assert!(Mixing::none().lambda(1).is_none());
}

/// The λ of 40,000 draws, sorted.
fn sorted_lambdas(alpha: f64) -> Vec<f64> {
    let mixing = Mixing::new(alpha, Selection::Every(1)).unwrap();
    let rng = &mut stream(3, Purpose::Lambda, 1);
    let lambda = mixing.lambda(1).unwrap();
    let mut draws: Vec<f64> = lambda.sample_iter(rng).take(40_000).collect();
    draws.sort_by(f64::total_cmp);
    draws
}

/// The largest distance of the empirical distribution from `cdf`. Kolmogorov's bound for 40,000 draws,
/// exceeded with a probability of 0.001, is 1.95 / 200.
fn assert_distributed(draws: &[f64], cdf: impl Fn(f64) -> f64) {
    let count = draws.len() as f64;
    let gap = (0..).zip(draws).map(|(index, &draw)| {
        let expected = cdf(draw);
        let (below, above) = (f64::from(index) / count, f64::from(index + 1) / count);
        (expected - below).abs().max((above - expected).abs())
    });
    let gap = gap.fold(0.0, f64::max);
    assert!(gap < 1.95 / 200.0, "{gap}");
}

#[test]
fn lambda_is_uniform_for_an_alpha_of_one() {
    assert_distributed(&sorted_lambdas(1.0), |x| x);
}

/// Beta(1/2, 1/2) is the arcsine distribution.
#[test]
fn lambda_has_the_arcsine_distribution_for_an_alpha_of_a_half() {
    let arcsine = |x: f64| 2.0 / std::f64::consts::PI * x.sqrt().asin();
    assert_distributed(&sorted_lambdas(0.5), arcsine);
}

/// The density of Beta(2, 2) is 6 x (1 − x).
#[test]
fn lambda_has_the_cubic_distribution_for_an_alpha_of_two() {
    assert_distributed(&sorted_lambdas(2.0), |x| x * x * (3.0 - 2.0 * x));
}

#[test]
fn the_smallest_and_the_largest_alpha_draw_lambda_in_range() {
    for alpha in [1e-3, 1e6] {
        let draws = sorted_lambdas(alpha);
        assert!(draws[0] >= 0.0 && draws[39_999] <= 1.0, "α {alpha}");
    }
}

#[test]
fn a_huge_alpha_is_nearly_always_half_and_half() {
    let draws = sorted_lambdas(1e6);
    // The standard deviation is 1 / (2 √(2α + 1)), about 0.00035.
    assert!(draws[0] > 0.498 && draws[39_999] < 0.502);
}

#[test]
fn the_bounds_of_alpha_are_accepted() {
    for alpha in [0.0, 1e-3, 1e6] {
        assert!(Mixing::new(alpha, Selection::Every(1)).is_ok(), "{alpha}");
    }
}
