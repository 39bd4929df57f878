//! Signs, zeros, probabilities and counts as text.

use super::*;

#[test]
fn a_gain_has_a_plus() {
    assert_eq!(points(0.0212), "+2.12");
}

#[test]
fn a_loss_has_a_minus_and_no_hyphen() {
    assert_eq!(points(-0.006), "\u{2212}0.60");
}

#[test]
fn no_difference_has_no_sign() {
    assert_eq!(points(0.0), "0.00");
    assert_eq!(points(-0.0), "0.00");
}

#[test]
fn a_rounding_error_is_no_difference() {
    assert_eq!(points(-1e-12), "0.00");
    assert_eq!(points(0.1 + 0.2 - 0.3), "0.00");
}

#[test]
fn points_are_rounded_to_the_nearest_hundredth() {
    assert_eq!(points(0.012_349), "+1.23");
    assert_eq!(points(0.012_351), "+1.24");
    assert_eq!(points(-0.012_351), "−1.24");
}

#[test]
fn a_large_difference_keeps_all_its_digits() {
    assert_eq!(points(1.0), "+100.00");
}

/// An interval that leaves out 0 must not read as if it ended there.
#[test]
fn a_small_difference_gets_two_more_decimals() {
    assert_eq!(points(0.00003), "+0.0030");
    assert_eq!(signed(-0.000_02, 4), "−0.000020");
}

/// Half a hundredth is shown as a hundredth, so it needs no more decimals.
#[test]
fn a_difference_that_rounds_up_to_a_hundredth_has_two_decimals() {
    assert_eq!(points(0.000_051), "+0.01");
}

#[test]
fn each_end_of_an_interval_has_its_own_sign() {
    assert_eq!(points_range((-0.006, 0.0122)), "−0.60 to +1.22");
    assert_eq!(points_range((0.00003, 0.01)), "+0.0030 to +1.00");
}

#[test]
fn a_distance_has_no_sign() {
    assert_eq!(distance(-0.0123), "1.23");
    assert_eq!(distance(0.0123), "1.23");
}

#[test]
fn percent_has_two_decimals_and_no_sign() {
    assert_eq!(percent(0.7451), "74.51");
    assert_eq!(percent(1.0), "100.00");
}

#[test]
fn a_p_has_three_decimals() {
    assert_eq!(p(1.0), "p = 1.000");
    assert_eq!(p(0.1), "p = 0.100");
}

#[test]
fn a_p_below_a_tenth_has_four_decimals() {
    assert_eq!(p(0.03125), "p = 0.0312");
    assert_eq!(p(0.0999), "p = 0.0999");
}

#[test]
fn a_tiny_p_is_not_written_as_zero() {
    assert_eq!(p(1e-9), "p < 0.0001");
    assert_eq!(p(0.0), "p < 0.0001");
    assert_eq!(p(1e-4), "p = 0.0001");
}

#[test]
fn thousands_are_separated_by_commas() {
    assert_eq!(grouped(0), "0");
    assert_eq!(grouped(999), "999");
    assert_eq!(grouped(1000), "1,000");
    assert_eq!(grouped(1_234_567), "1,234,567");
}

#[test]
fn only_one_is_singular() {
    assert_eq!(count(0, "pair"), "0 pairs");
    assert_eq!(count(1, "pair"), "1 pair");
    assert_eq!(count(2, "pair"), "2 pairs");
    assert_eq!(count(10_000, "image"), "10,000 images");
}

#[test]
fn the_last_of_a_list_follows_an_and() {
    let names = ["a", "b", "c"].map(String::from);
    assert_eq!(list(&names), "a, b and c");
    assert_eq!(list(&names[..2]), "a and b");
}

#[test]
fn a_list_of_one_has_no_and() {
    assert_eq!(list(&["a".to_owned()]), "a");
    assert_eq!(list(&[]), "");
}
