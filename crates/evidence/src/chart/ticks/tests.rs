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
