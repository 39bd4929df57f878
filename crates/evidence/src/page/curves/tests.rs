//! Means over epochs.

use super::*;

#[test]
fn the_mean_is_of_the_runs_that_have_the_epoch() {
    let runs = [vec![(1, 1.0), (2, 3.0)], vec![(1, 2.0)]];
    assert_eq!(mean(&runs), [(1, 1.5), (2, 3.0)]);
    assert!(mean(&[]).is_empty());
}

#[test]
fn an_epoch_that_no_run_has_is_left_out() {
    let runs = [vec![(1, 1.0), (3, 3.0)], vec![(1, 3.0)]];
    assert_eq!(mean(&runs), [(1, 2.0), (3, 3.0)]);
}
