//! Which algorithm a convolution takes: the direct sum, or Winograd's with small or large tiles.

use crate::instructions::Instructions;
use crate::layer::{BackwardPass, Gradients, Layer};
use crate::output::Output;
use crate::shape::ConvShape;
use crate::winograd::{F2, F4};
use crate::{direct, winograd};

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// Sums of products, as the formula has them.
    Direct,
    /// Winograd's minimal filtering with tiles of 2x2 outputs.
    SmallTiles,
    /// Winograd's minimal filtering with tiles of 4x4 outputs.
    LargeTiles,
}

impl Algorithm {
    /// The fastest algorithm for a shape and vectors of `lanes` values.
    pub(crate) fn choose(shape: &ConvShape, lanes: usize) -> Self {
        if !winograd::applies(shape, lanes) {
            Self::Direct
        } else if winograd::prefers_large_tiles(shape) {
            Self::LargeTiles
        } else {
            Self::SmallTiles
        }
    }

    /// Computes the output.
    pub(crate) fn forward(
        self,
        instructions: Instructions,
        layer: &Layer<'_>,
        output: &mut Output,
    ) {
        match self {
            Self::Direct => direct::forward(instructions, layer, output),
            Self::SmallTiles => winograd::forward::<F2>(instructions, layer, output),
            Self::LargeTiles => winograd::forward::<F4>(instructions, layer, output),
        }
    }

    /// Computes the gradients.
    pub(crate) fn backward(self, pass: &BackwardPass<'_>) -> Gradients {
        match self {
            Self::Direct => direct::backward(pass),
            Self::SmallTiles => winograd::backward::<F2>(pass),
            Self::LargeTiles => winograd::backward::<F4>(pass),
        }
    }
}

#[cfg(test)]
mod tests;
