//! Round numbers along an axis.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn labels(ticks: &Ticks) -> Vec<String> {
    ticks.values.iter().map(|&tick| ticks.label(tick)).collect()
}

#[test]
fn round_numbers() {
    assert_eq!(
        labels(&Ticks::covering(0.0, 100.0, 5)),
        ["0", "20", "40", "60", "80", "100"]
    );
    assert_eq!(
        labels(&Ticks::covering(76.51, 76.58, 4)),
        ["76.50", "76.52", "76.54", "76.56", "76.58"]
    );
    assert_eq!(
        labels(&Ticks::covering(-0.3, 0.2, 5)),
        ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2"]
    );
}

#[test]
fn a_range_without_width_gets_one() {
    let (low, high) = Ticks::around([76.5, 76.5], 5).range();
    assert!(low < 76.5 && 76.5 < high);
    let (low, high) = Ticks::around([0.0], 5).range();
    assert!(low < 0.0 && 0.0 < high);
    assert_eq!(Ticks::around([f64::NAN], 5).range(), (0.0, 1.0));
}

#[test]
fn accuracies_never_reach_beyond_a_hundred() {
    assert_eq!(Ticks::around([37.0, 99.4], 5).range(), (20.0, 100.0));
    assert_eq!(Ticks::around([99.91, 99.99], 4).range(), (99.9, 100.0));
}

#[test]
fn epochs_are_counted_from_one() {
    assert_eq!(labels(&Ticks::counting(1, 5)), ["1"]);
    assert_eq!(labels(&Ticks::counting(3, 5)), ["1", "2", "3"]);
    assert_eq!(labels(&Ticks::counting(30, 4)), ["1", "10", "20", "30"]);
}

#[test]
fn signs() {
    let ticks = Ticks::covering(-1.0, 1.0, 2);
    let labels: Vec<_> = ticks
        .values
        .iter()
        .map(|&t| ticks.signed_label(t))
        .collect();
    assert_eq!(labels, ["−1", "0", "+1"]);
}

#[test]
fn steps_are_one_two_or_five() {
    assert_eq!(
        labels(&Ticks::covering(0.0, 4.0, 4)),
        ["0", "1", "2", "3", "4"]
    );
    assert_eq!(
        labels(&Ticks::covering(0.0, 8.0, 4)),
        ["0", "2", "4", "6", "8"]
    );
    assert_eq!(
        labels(&Ticks::covering(0.0, 20.0, 4)),
        ["0", "5", "10", "15", "20"]
    );
}

/// A step of 3 is not round, so the next round one is taken.
#[test]
fn a_width_between_steps_takes_the_next_one() {
    assert_eq!(
        labels(&Ticks::covering(0.0, 12.0, 4)),
        ["0", "5", "10", "15"]
    );
    assert_eq!(
        labels(&Ticks::covering(0.0, 24.0, 4)),
        ["0", "10", "20", "30"]
    );
}

#[test]
fn tiny_ranges_get_the_decimals_that_they_need() {
    assert_eq!(
        labels(&Ticks::covering(0.00012, 0.00016, 4)),
        ["0.00012", "0.00013", "0.00014", "0.00015", "0.00016"]
    );
}

#[test]
fn huge_ranges_have_no_decimals() {
    assert_eq!(
        labels(&Ticks::covering(0.0, 4e6, 4)),
        ["0", "1000000", "2000000", "3000000", "4000000"]
    );
}

#[test]
fn negative_ranges_have_a_minus_and_no_hyphen() {
    assert_eq!(
        labels(&Ticks::covering(-40.0, -20.0, 2)),
        ["−40", "−30", "−20"]
    );
}

#[test]
fn a_range_around_0_has_a_tick_at_0() {
    let ticks = Ticks::covering(-0.37, 1.9, 5);
    assert!(ticks.values.contains(&0.0), "{ticks:?}");
}

/// Accuracies of 76% to 77% must not be drawn from 0.
#[test]
fn a_narrow_range_far_from_0_stays_narrow() {
    let (low, high) = Ticks::covering(76.1, 76.9, 4).range();
    assert_eq!((low, high), (76.0, 77.0));
}

#[test]
fn one_step_is_enough() {
    assert_eq!(labels(&Ticks::covering(0.0, 1.0, 1)), ["0", "1"]);
}

/// No number of steps would divide by 0.
#[test]
fn no_steps_count_as_one() {
    assert_eq!(Ticks::covering(0.0, 1.0, 0), Ticks::covering(0.0, 1.0, 1));
}

#[test]
fn values_that_are_not_finite_do_not_count() {
    let some = [f64::NAN, 2.0, f64::INFINITY, 4.0, f64::NEG_INFINITY];
    assert_eq!(Ticks::around(some, 4), Ticks::covering(2.0, 4.0, 4));
}

#[test]
fn no_values_get_ticks_from_0_to_1() {
    assert_eq!(Ticks::around([], 5).range(), (0.0, 1.0));
}

#[test]
fn a_negative_zero_has_no_sign() {
    let ticks = Ticks::covering(-1.0, 1.0, 2);
    assert_eq!(ticks.signed_label(0.0), "0");
}

proptest! {
    #[test]
    fn they_cover_evenly_and_can_be_told_apart(
        low in -1e4..1e4,
        width in 1e-3..1e4,
        steps in 2..9_usize,
    ) {
        let high = low + width;
        let ticks = Ticks::covering(low, high, steps);
        let (first, last) = ticks.range();
        let step = ticks.values[1] - ticks.values[0];
        prop_assert!(first <= low + step * 1e-5 && last >= high - step * 1e-5);
        // No tick is wasted: the next one inwards would no longer cover.
        prop_assert!(first + step > low - step * 1e-5 && last - step < high + step * 1e-5);
        prop_assert!((2..=steps + 2).contains(&ticks.values.len()));
        for pair in ticks.values.windows(2) {
            prop_assert!((pair[1] - pair[0] - step).abs() < step * 1e-3);
        }
        let distinct: BTreeSet<_> = labels(&ticks).into_iter().collect();
        prop_assert_eq!(distinct.len(), ticks.values.len());
    }

    #[test]
    fn epochs_stay_within_the_run(last in 1..2000_usize, steps in 2..9_usize) {
        let ticks = Ticks::counting(last, steps);
        prop_assert_eq!(ticks.values[0], 1.0);
        prop_assert!(ticks.values.len() <= steps + 1);
        for pair in ticks.values.windows(2) {
            prop_assert!(pair[0] < pair[1]);
        }
        prop_assert!(ticks.values.iter().all(|t| *t <= last as f64 && t.fract() == 0.0));
    }
}
