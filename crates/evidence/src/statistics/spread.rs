//! Mean and standard deviation.

use serde::Serialize;

/// Mean and standard deviation over runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Number of runs.
    pub runs: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation of the sample (divided by n − 1). `None` with one run.
    pub deviation: Option<f64>,
}

impl Spread {
    /// Mean and standard deviation of `values`, one for each run.
    ///
    /// # Panics
    /// If there are no values.
    pub fn new(values: &[f64]) -> Self {
        let (mean, deviation) = mean_and_deviation(values);
        Self {
            runs: values.len(),
            mean,
            deviation,
        }
    }
}

/// Mean and standard deviation of the sample (divided by n − 1, `None` with one value) of at least one
/// value.
pub(super) fn mean_and_deviation(values: &[f64]) -> (f64, Option<f64>) {
    let n = values.len() as f64;
    let first = *values.first().expect("a mean of at least one value");
    // Relative to the first value, so that equal values have exactly that mean and a deviation of 0.
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt());
    (mean, deviation)
}
