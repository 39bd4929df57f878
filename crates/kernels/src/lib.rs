//! Convolutions, with what surrounds them in a network, on the CPU.

mod conv;
mod direct;
mod epilogue;
mod image;
mod instructions;
mod product;
mod scratch;
mod selection;
mod shape;
mod tensor;
mod transform;
mod weights;
mod winograd;

pub use conv::{Gradients, Layer, Output, Wanted, backward, forward};
pub use epilogue::Activation;
pub use image::channels_last;
pub use instructions::Instructions;
pub use selection::Kernels;
pub use shape::ConvShape;
pub use tensor::{ConvConfig, conv2d};
