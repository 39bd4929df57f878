//! Means over epochs.

use super::*;

#[test]
fn the_mean_ends_with_the_shortest_run() {
    let runs = [vec![(1, 1.0), (2, 3.0)], vec![(1, 2.0)]];
    assert_eq!(mean(&runs), [(1, 1.5)]);
    assert!(mean(&[]).is_empty());
}

#[test]
fn an_epoch_that_no_run_has_is_left_out() {
    let runs = [vec![(1, 1.0), (3, 3.0)], vec![(1, 3.0), (3, 5.0)]];
    assert_eq!(mean(&runs), [(1, 2.0), (3, 4.0)]);
}

#[test]
fn a_learning_rate_has_three_digits_whatever_its_size() {
    for (rate, text) in [
        (0.003, "0.003"),
        (0.000_999_960_5, "0.001"),
        (1.234_5e-7, "0.000000123"),
        (25.0, "25"),
        (0.0, "0"),
    ] {
        assert_eq!(three_digits(rate), text);
    }
}
