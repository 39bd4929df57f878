//! Convolutions of 3x3 with stride 1 by Winograd's minimal filtering.
//!
//! An image is cut into tiles that overlap by two pixels. Each tile is transformed into 16 or 36
//! positions. At each position, the channels of all tiles form a matrix, and one small matrix product
//! per position replaces the convolution. The direct sum needs 9 multiplications per output. Tiles of
//! 2x2 outputs need 4, and tiles of 4x4 outputs need 2.25.
//!
//! | step | matrices at each position |
//! | --- | --- |
//! | forward | M = V U, with V from the input and U from the weights |
//! | gradient of the weights | dU = Vᵀ dM, with dM from the gradient of the output |
//! | gradient of the input | dV = dM Uᵀ |
//!
//! Both gradients share dM. Images are processed in groups, whose matrices are large enough for a fast
//! product and small enough for the cache. What a thread computes depends on the layer:
//!
//! | layer | forward | backward |
//! | --- | --- | --- |
//! | few channels | a group | all gradients of a part of the batch (`parts`) |
//! | many channels, few tiles | the products at some positions (`by_position`) | the same |
//! | others | a group | a group, then the weights' gradient at some positions, then a group |
//!
//! The order of all additions depends only on the shape and on the length of the vectors, so any number of
//! threads gives the same bits.

mod backward;
mod by_position;
mod direction;
mod forward;
mod gradients;
mod grid;
mod lattice;
mod parts;
mod positions;
mod tiles;
mod transform;
mod weight_gradient;
mod weight_transform;

use crate::shape::ConvShape;
use grid::Grid;

pub(crate) use backward::backward;
pub(crate) use forward::forward;
pub(crate) use transform::{F2, F4};

/// With fewer channels, the transforms cost more than they save.
const FEWEST_CHANNELS: usize = 16;

/// Whether this module computes convolutions of a shape, with vectors of `lanes` values.
pub(crate) fn applies(shape: &ConvShape, lanes: usize) -> bool {
    shape.kernel == [3, 3]
        && shape.stride == [1, 1]
        && shape.inputs.min(shape.outputs) >= FEWEST_CHANNELS
        && shape.inputs.is_multiple_of(lanes)
        && shape.outputs.is_multiple_of(lanes)
}

/// Whether tiles of 4x4 outputs need no more multiplications than tiles of 2x2, edges included.
pub(crate) fn prefers_large_tiles(shape: &ConvShape) -> bool {
    Grid::<F4>::new(shape).multiplications() <= Grid::<F2>::new(shape).multiplications()
}
