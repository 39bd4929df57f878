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
