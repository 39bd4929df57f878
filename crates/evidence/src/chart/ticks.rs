//! Round numbers along an axis.

/// Ascending round numbers. Their step is 1, 2 or 5 times a power of ten.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    /// The numbers.
    pub(crate) values: Vec<f64>,
    /// The decimals that are needed to tell the numbers apart.
    decimals: usize,
}

impl Ticks {
    /// Ticks from at most `low` to at least `high`, with about this many steps.
    ///
    /// A range without width is widened around its value, so there are always two ticks.
    pub(crate) fn covering(low: f64, high: f64, steps: usize) -> Self {
        let (low, high) = widened(low, high);
        let step = Step::at_least((high - low) / steps.max(1) as f64);
        // An end that is a multiple except for rounding counts as one.
        let first = (step.steps_to(low) + 1e-6).floor();
        let last = (step.steps_to(high) - 1e-6).ceil();
        Self::multiples(step, first as i64, last as i64)
    }

    /// Ticks around all finite values; from 0 to 1 if there are none.
    pub(crate) fn around(values: impl IntoIterator<Item = f64>, steps: usize) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            Self::covering(0.0, 1.0, steps)
        } else {
            Self::covering(low, high, steps)
        }
    }

    /// Whole numbers from 1 to `last`, with about this many steps; 1 is always among them.
    pub(crate) fn counting(last: usize, steps: usize) -> Self {
        let step = Step::at_least((last as f64 / steps.max(1) as f64).max(1.0));
        let mut ticks = Self::multiples(step, 1, step.steps_to(last as f64 + 1e-6).floor() as i64);
        if ticks.values.first() != Some(&1.0) {
            ticks.values.insert(0, 1.0);
        }
        ticks
    }

    fn multiples(step: Step, first: i64, last: i64) -> Self {
        Self {
            values: (first..=last).map(|times| step.times(times)).collect(),
            decimals: usize::try_from(-step.exponent).unwrap_or(0),
        }
    }

    /// The first and the last tick.
    pub(crate) fn range(&self) -> (f64, f64) {
        let first = self.values.first().copied().unwrap_or(0.0);
        let last = self.values.last().copied().unwrap_or(1.0);
        (first, last)
    }

    /// A tick's label.
    pub(crate) fn label(&self, tick: f64) -> String {
        format!("{tick:.*}", self.decimals).replace('-', "−")
    }

    /// A tick's label with its sign, for differences.
    pub(crate) fn signed_label(&self, tick: f64) -> String {
        let plus = if tick > 0.0 { "+" } else { "" };
        format!("{plus}{}", self.label(tick))
    }
}

/// A step: `digit` times 10 to the power of `exponent`.
#[derive(Clone, Copy)]
struct Step {
    digit: i64,
    exponent: i32,
}

impl Step {
    fn at_least(width: f64) -> Self {
        let exponent = width.log10().floor() as i32;
        let first = width / 10_f64.powi(exponent);
        // A width that is a step except for rounding is that step.
        match [1, 2, 5]
            .into_iter()
            .find(|&digit| first <= digit as f64 + 1e-6)
        {
            Some(digit) => Self { digit, exponent },
            None => Self {
                digit: 1,
                exponent: exponent + 1,
            },
        }
    }

    /// The number of steps from 0 to this value.
    fn steps_to(self, value: f64) -> f64 {
        value / self.times(1)
    }

    /// Divides by a positive power of ten instead of multiplying by a negative one, which is not exact.
    fn times(self, times: i64) -> f64 {
        let digits = (times * self.digit) as f64;
        if self.exponent < 0 {
            digits / 10_f64.powi(-self.exponent)
        } else {
            digits * 10_f64.powi(self.exponent)
        }
    }
}

/// The range, widened if it is too narrow for different steps.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if high - low > size * 1e-6 {
        return (low, high);
    }
    let half = if size > 0.0 { size * 0.05 } else { 1.0 };
    (low - half, high + half)
}

#[cfg(test)]
mod tests {
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
}
