//! The constants that pixels are normalised with.

use serde::{Deserialize, Serialize};

use crate::CHANNELS;

/// Mean and standard deviation of each channel, used to normalise pixels in `[0, 1]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// Mean of red, green and blue.
    pub mean: [f64; CHANNELS],
    /// Standard deviation of red, green and blue; positive.
    pub std: [f64; CHANNELS],
}

impl Normalisation {
    /// The constants commonly used for CIFAR-10's training images.
    pub const CIFAR10: Self = Self {
        mean: [0.4914, 0.4822, 0.4465],
        std: [0.2470, 0.2435, 0.2616],
    };
    /// Leaves pixels in `[0, 1]`.
    pub const NONE: Self = Self {
        mean: [0.0; CHANNELS],
        std: [1.0; CHANNELS],
    };
}
