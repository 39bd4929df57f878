//! Convolutions of any kernel, stride and padding, summed directly.
//!
//! With the channels last, the values under a row of the kernel are consecutive in memory. A row of
//! outputs is therefore a matrix product whose left factor is the image itself, read with
//! overlapping rows: no window is copied. The gradient of the weights is the same product with rows
//! and depth exchanged. The gradient of the input is a product that yields one row of windows, which
//! are then added to the pixels that they cover.

mod backward;
mod forward;
mod geometry;
mod gradients;

pub(crate) use backward::backward;
pub(crate) use forward::forward;
