//! Windows of time, and the median over many of them.

use std::time::Instant;

use burn::tensor::{Device, ExecutionError};
use serde::Serialize;

use crate::failure::Failure;

/// The fewest windows of a timed measurement. A median of fewer means little.
const FEWEST: usize = 3;
/// The most windows. On a GPU a window takes milliseconds.
const MOST: usize = 1000;

/// How long a measurement lasts.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Seconds, above 0. At least three windows are measured, even if they take longer.
    pub seconds: f64,
    /// Exactly this many windows, from 1.
    pub windows: Option<usize>,
}

impl Effort {
    /// How many windows of `seconds_each` this effort has, from 1.
    pub fn windows_of(&self, seconds_each: f64) -> usize {
        // A cast of a float outside usize's range saturates.
        let fitting = (self.seconds / seconds_each).ceil() as usize;
        self.windows.unwrap_or(fitting.clamp(FEWEST, MOST))
    }

    /// Calls `window` as long as this effort lasts, and returns the results.
    ///
    /// # Errors
    /// The first error of `window`.
    pub fn spend<T>(
        &self,
        mut window: impl FnMut() -> Result<T, Failure>,
    ) -> Result<Vec<T>, Failure> {
        let start = Instant::now();
        let mut measured = vec![];
        loop {
            measured.push(window()?);
            let enough = match self.windows {
                Some(windows) => measured.len() >= windows,
                None => {
                    let elapsed = start.elapsed().as_secs_f64();
                    measured.len() >= FEWEST && (elapsed >= self.seconds || measured.len() >= MOST)
                }
            };
            if enough {
                return Ok(measured);
            }
        }
    }
}

/// Seconds that `work` takes on `device`, which is idle before and after.
///
/// # Errors
/// [`Failure::Training`] if the device fails.
pub(crate) fn timed(device: &Device, work: impl FnOnce()) -> Result<f64, Failure> {
    let idle = || {
        let result = device.sync();
        result.map_err(|error: ExecutionError| Failure::Training(error.to_string()))
    };
    idle()?;
    let start = Instant::now();
    work();
    idle()?;
    Ok(start.elapsed().as_secs_f64())
}

/// Median, minimum and maximum of measured values, in their unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The middle value; of an even number, the mean of the middle two.
    pub median: f64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
}

impl Spread {
    /// The spread of `values`, or NaN without any.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        let (count, last) = (sorted.len(), sorted.len().saturating_sub(1));
        Self {
            median: f64::midpoint(at(last / 2), at(count / 2)),
            min: at(0),
            max: at(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_middle_two() {
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]).median, 2.0);
        assert_eq!(Spread::of(&[4.0, 1.0, 3.0, 2.0]).median, 2.5);
        let one = Spread::of(&[7.0]);
        assert_eq!((one.median, one.min, one.max), (7.0, 7.0, 7.0));
        assert!(Spread::of(&[]).median.is_nan());
    }

    #[test]
    fn the_ends_are_the_ends() {
        let spread = Spread::of(&[5.0, -1.0, 9.0, 2.0]);
        assert_eq!((spread.min, spread.max), (-1.0, 9.0));
    }

    #[test]
    fn seconds_become_windows_of_which_there_are_at_least_three() {
        let windows = |seconds, windows, each| Effort { seconds, windows }.windows_of(each);
        assert_eq!(windows(10.0, None, 1.5), 7);
        assert_eq!(windows(10.0, None, 100.0), 3);
        assert_eq!(windows(10.0, None, 0.0), MOST);
        assert_eq!(windows(10.0, Some(1), 1.5), 1);
    }

    #[test]
    fn an_effort_ends_after_its_windows() {
        let spent = |seconds, windows| {
            let mut count = 0;
            let window = || {
                count += 1;
                Ok(count)
            };
            Effort { seconds, windows }.spend(window).unwrap().len()
        };
        assert_eq!(spent(1e9, Some(2)), 2);
        assert_eq!(spent(1e-9, None), FEWEST);
    }
}
