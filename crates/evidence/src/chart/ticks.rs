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

    /// Whether a value lies between the first and the last tick, up to the rounding of their ends.
    pub(crate) fn hold(&self, value: f64) -> bool {
        let (first, last) = self.range();
        let rounding = 1e-6 * (last - first);
        (first - rounding..=last + rounding).contains(&value)
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
mod tests;
