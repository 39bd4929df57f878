//! Which way a convolution's weights are applied.

use crate::shape::ConvShape;

/// Which way a convolution's weights are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From inputs to outputs.
    Forward,
    /// From the gradient of the outputs to the gradient of the inputs.
    Backward,
}

impl Direction {
    /// The number of channels that are summed over, and of those that result.
    pub(super) fn channels(self, shape: &ConvShape) -> (usize, usize) {
        match self {
            Self::Forward => (shape.inputs, shape.outputs),
            Self::Backward => (shape.outputs, shape.inputs),
        }
    }

    /// Where the weights of a pair of channels begin in `[outputs, inputs, height, width]`.
    #[inline(always)]
    pub(super) fn weights_start(self, shape: &ConvShape, depth: usize, column: usize) -> usize {
        let kernel_len = shape.kernel[0] * shape.kernel[1];
        match self {
            Self::Forward => column * shape.filter_len() + depth * kernel_len,
            Self::Backward => depth * shape.filter_len() + column * kernel_len,
        }
    }
}

#[cfg(test)]
mod tests;
