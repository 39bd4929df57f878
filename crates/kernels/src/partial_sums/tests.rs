//! The order of additions.

use super::*;

#[test]
fn partial_results_are_added_in_their_order() {
    let mut sum = [9.0];
    // In another order, the small value would survive the rounding.
    add_partial_sums(&mut sum, &[1.0, 1e8, -1e8]);
    assert_eq!(sum, [0.0]);
    add_partial_sums(&mut sum, &[1e8, -1e8, 1.0]);
    assert_eq!(sum, [1.0]);
}

#[test]
fn every_value_has_its_own_sum() {
    let mut sums = [9.0; 2];
    add_partial_sums(&mut sums, &[1.0, 10.0, 2.0, 20.0, 3.0, 30.0]);
    assert_eq!(sums, [6.0, 60.0]);
}

#[test]
fn no_partial_results_sum_to_zero() {
    let mut sum = [9.0];
    add_partial_sums(&mut sum, &[]);
    assert_eq!(sum, [0.0]);
}
