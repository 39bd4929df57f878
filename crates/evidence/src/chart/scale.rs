//! Positions of values in a chart.

/// A linear scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// Maps `values.0` to `positions.0` and `values.1` to `positions.1`, which may run downwards.
    ///
    /// # Panics
    /// If the two values are not different numbers, the smaller first.
    pub(crate) fn new(values: (f64, f64), positions: (f64, f64)) -> Self {
        assert!(values.0 < values.1, "a scale needs a range of values");
        Self {
            low: values.0,
            high: values.1,
            start: positions.0,
            end: positions.1,
        }
    }

    /// The middle of all positions.
    pub(crate) fn middle(&self) -> f64 {
        f64::midpoint(self.start, self.end)
    }

    /// The position of a value. A value outside the range has the position of the nearest end, so that
    /// nothing is drawn outside the chart.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.start + share * (self.end - self.start)
    }
}

#[cfg(test)]
mod tests;
