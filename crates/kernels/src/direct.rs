//! Convolutions of any kernel, stride and padding, summed directly.
//!
//! With the channels last, the values under a row of the kernel are consecutive in memory. The values
//! under the whole kernel are copied into the rows of a matrix, for as many outputs as fit the cache
//! (im2col). The output is the product of this matrix and the weights. The gradient of the weights is
//! the product of its transpose and the gradient of the sums. The gradient of the input is a product
//! that yields windows, which are then added to the pixels that they cover.

mod backward;
mod forward;
mod geometry;
mod gradients;
mod windows;

pub(crate) use backward::backward;
pub(crate) use forward::forward;
