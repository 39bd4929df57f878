//! A convolution with its activation, and the gradients of both.

use crate::activation::Activation;
use crate::buffers;
use crate::instructions::Instructions;
use crate::layer::{BackwardPass, Gradients, Layer, Mode, Output};
use crate::shape::ConvShape;
use crate::winograd::{F2, F4};
use crate::{direct, winograd};

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Sums of products, as the formula has them.
    Direct,
    /// Winograd's minimal filtering with tiles of 2x2 outputs.
    SmallTiles,
    /// Winograd's minimal filtering with tiles of 4x4 outputs.
    LargeTiles,
}

impl Way {
    /// The fastest way for a shape and vectors of `lanes` values.
    fn choose(shape: &ConvShape, lanes: usize) -> Self {
        if !winograd::applies(shape, lanes) {
            Self::Direct
        } else if winograd::prefers_large_tiles(shape) {
            Self::LargeTiles
        } else {
            Self::SmallTiles
        }
    }

    fn forward(self, instructions: Instructions, layer: &Layer<'_>, output: &mut Output) {
        match self {
            Self::Direct => direct::forward(instructions, layer, output),
            Self::SmallTiles => winograd::forward::<F2>(instructions, layer, output),
            Self::LargeTiles => winograd::forward::<F4>(instructions, layer, output),
        }
    }

    fn backward(self, pass: &BackwardPass<'_>) -> Gradients {
        match self {
            Self::Direct => direct::backward(pass),
            Self::SmallTiles => winograd::backward::<F2>(pass),
            Self::LargeTiles => winograd::backward::<F4>(pass),
        }
    }
}

/// Convolution, bias and activation.
///
/// # Panics
/// If a slice does not have the length that the shape implies, an image has no values, the kernel
/// is larger than the padded image, or the CPU lacks the instructions.
pub fn forward(instructions: Instructions, layer: &Layer<'_>, mode: Mode) -> Output {
    layer.check();
    let len = layer.output_len();
    let records = mode == Mode::Training && layer.activation == Activation::ReluMaxPool;
    let mut output = Output {
        values: buffers::take(len),
        argmax: buffers::take(if records { len } else { 0 }),
    };
    if len > 0 {
        let way = Way::choose(&layer.shape, instructions.lanes());
        way.forward(instructions, layer, &mut output);
    }
    output
}

/// The gradients with respect to input, weights and bias.
///
/// # Panics
/// If a slice does not have the length that the shape implies, an image has no values, the kernel
/// is larger than the padded image, or the CPU lacks the instructions.
pub fn backward(pass: &BackwardPass<'_>) -> Gradients {
    pass.check();
    if pass.gradient.is_empty() {
        return Gradients::zeros(&pass.layer, pass.wanted);
    }
    let way = Way::choose(&pass.layer.shape, pass.instructions.lanes());
    way.backward(pass)
}

#[cfg(test)]
mod tests;
