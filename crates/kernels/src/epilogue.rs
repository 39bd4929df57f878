//! What follows a convolution while its sums are still in the cache: bias, addend, ReLU, max-pooling.

mod backward;
mod forward;
mod plane;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::activation::Activation;
pub(crate) use plane::Plane;

/// The argmax of a window whose maximum is not above 0. No gradient passes through it.
const NO_GRADIENT: f32 = 4.0;

/// Bias, addend and activation of one image's sums, and the gradients of bias and activation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epilogue {
    /// The layout of the sums.
    pub(crate) plane: Plane,
    pub(crate) activation: Activation,
}

/// A part of an activation's state, which may be empty.
#[inline(always)]
pub(crate) fn state_slice(state: &[f32], range: Range<usize>) -> &[f32] {
    if state.is_empty() {
        state
    } else {
        &state[range]
    }
}
