//! Numbers as the page shows them.

use super::*;

fn spread_of(mean: f64, deviation: Option<f64>) -> Spread {
    Spread {
        runs: 2,
        mean,
        deviation,
    }
}

#[test]
fn percent_has_a_sign() {
    assert_eq!(percent(0.765_2), "76.52%");
    assert_eq!(percent(1.0), "100.00%");
}

#[test]
fn points_have_their_sign() {
    assert_eq!(points(0.018_4), "+1.84");
    assert_eq!(points(-0.018_4), "−1.84");
}

#[test]
fn points_that_round_to_zero_have_no_sign() {
    assert_eq!(points(-0.000_000_1), "0.00");
    assert_eq!(points(0.0), "0.00");
}

#[test]
fn what_is_not_finite_is_written_in_words() {
    assert_eq!(points(f64::NAN), "not finite");
    assert_eq!(decimal(f64::NEG_INFINITY, 2), "not finite");
}

#[test]
fn a_negative_decimal_has_a_minus_and_no_hyphen() {
    assert_eq!(decimal(-1.25, 1), "\u{2212}1.2");
}

#[test]
fn a_decimal_that_rounds_to_zero_has_no_sign() {
    assert_eq!(decimal(-0.004, 2), "0.00");
    assert_eq!(decimal(-0.4, 0), "0");
}

#[test]
fn a_common_p_keeps_its_digits() {
    assert_eq!(probability(0.062_5), "0.0625");
    assert_eq!(probability(0.001_95), "0.0019");
}

#[test]
fn a_large_p_has_three_decimals() {
    assert_eq!(probability(0.25), "0.250");
    assert_eq!(probability(1.0), "1.000");
}

#[test]
fn a_tiny_p_is_said_to_be_below() {
    assert_eq!(probability(1e-9), "below 0.0001");
}

#[test]
fn a_class_is_plural_with_es() {
    assert_eq!(counted(1, "class"), "1 class");
    assert_eq!(counted(2, "class"), "2 classes");
    assert_eq!(counted(0, "pair"), "0 pairs");
}

#[test]
fn seconds_have_a_decimal() {
    assert_eq!(duration(3.44), "3.4 s");
    assert_eq!(duration(0.0), "0.0 s");
}

#[test]
fn minutes_begin_at_sixty_seconds() {
    assert_eq!(duration(60.0), "1 min 0 s");
    assert_eq!(duration(754.0), "12 min 34 s");
}

#[test]
fn hours_have_no_seconds() {
    assert_eq!(duration(3600.0), "1 h 0 min");
    assert_eq!(duration(4335.0), "1 h 12 min");
    assert_eq!(duration(90_000.0), "25 h 0 min");
}

#[test]
fn a_deviation_follows_its_mean() {
    let spread = spread_of(0.765_2, Some(0.003_1));
    assert_eq!(percent_and_deviation(&spread), "76.52% ± 0.31");
    assert_eq!(mean_and_deviation(&spread, 4), "0.7652 ± 0.0031");
}

#[test]
fn one_run_has_a_mean_alone() {
    let spread = spread_of(0.765_2, None);
    assert_eq!(percent_and_deviation(&spread), "76.52%");
    assert_eq!(mean_and_deviation(&spread, 2), "0.77");
}

#[test]
fn an_interval_has_two_ends() {
    assert_eq!(interval((-0.01, 0.02), points), "−1.00 to +2.00");
}
