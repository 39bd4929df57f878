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
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_and_middle() {
        let scale = Scale::new((0.0, 100.0), (200.0, 0.0));
        assert_eq!(scale.at(0.0), 200.0);
        assert_eq!(scale.at(50.0), 100.0);
        assert_eq!(scale.at(100.0), 0.0);
        assert_eq!(scale.at(120.0), 0.0);
        assert_eq!(scale.at(-1.0), 200.0);
    }

    proptest! {
        #[test]
        fn order_is_kept(low in -1e3..1e3, width in 1e-3..1e3, a in 0.0..1.0, b in 0.0..1.0) {
            let scale = Scale::new((low, low + width), (10.0, 410.0));
            let (a, b) = (low + a * width, low + b * width);
            prop_assert_eq!(a < b, scale.at(a) < scale.at(b) || (a < b && b - a < width * 1e-9));
            prop_assert!((10.0..=410.0).contains(&scale.at(a)));
        }
    }
}
