//! How a network's logits become probabilities.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The function that turns a network's logits into outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outputs {
    /// A sigmoid for each class, as in the article. Each output is an independent probability, and they
    /// need not sum to 1.
    #[default]
    Sigmoid,
    /// One softmax over all classes. The outputs sum to 1.
    Softmax,
}

impl fmt::Display for Outputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sigmoid => "sigmoid",
            Self::Softmax => "softmax",
        })
    }
}

/// ln q of each class, where q sums to 1: a softmax, or sigmoids divided by their sum.
///
/// Computed in f64 and finite for all finite logits, even if an output is 0 or 1 in f32.
///
/// # Shapes
/// `row` f32 `[classes]`, the logits of one image; the result `[classes]`, each at most 0.
pub fn log_probabilities(outputs: Outputs, row: &[f32]) -> Vec<f64> {
    let logits = row.iter().map(|&logit| f64::from(logit));
    let mut logs: Vec<f64> = match outputs {
        Outputs::Sigmoid => logits.map(log_sigmoid).collect(),
        Outputs::Softmax => logits.collect(),
    };
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - largest).exp()).sum();
    let log_sum = sum.ln();
    for log in &mut logs {
        // In two steps: added to a large logit, the logarithm of the sum would be lost in rounding.
        *log = (*log - largest) - log_sum;
    }
    logs
}

/// ln(1 / (1 + exp(−z))), without overflow.
fn log_sigmoid(z: f64) -> f64 {
    z.min(0.0) - (-z.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests;
