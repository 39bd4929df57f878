//! The layers of convolutional networks on the CPU: convolutions, batch normalisation, and what follows
//! them.
//!
//! Each is a differentiable operation on Burn's tensors. On Flex, Burn's CPU back end, this crate computes it and its
//! gradients; on other back ends it is composed of Burn's operations.
//!
//! Start with [`nn::Conv2d`]. It takes the place of Burn's own layer, and only the `use` line changes.
//!
//! | operation | computes |
//! | --- | --- |
//! | [`nn::Conv2d`], [`conv2d`] | a convolution, as Burn's layer and function of this name |
//! | [`fused_conv2d`] | a convolution and its bias, then a ReLU and 2x2 max-pooling if they are wanted |
//! | [`fused_conv2d_sum`] | a convolution and its bias, an addition, then a ReLU if it is wanted |
//! | [`batch_norm`] | batch normalisation, then an addition, a ReLU and 2x2 max-pooling if they are wanted |
//! | [`fork`], [`sum`] | maps for two readers, and the sum of two maps |
//! | [`subsample`] | every few pixels, with more channels: a shortcut without parameters |
//! | [`channel_means`], [`channel_maxima`] | the mean, or the largest value, of each channel |
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use burn_flex_kernels::{Activation, ConvConfig, fused_conv2d};
//!
//! let device = Device::flex().autodiff();
//! let images = Tensor::<4>::ones([8, 3, 32, 32], &device);
//! let weights = Tensor::<4>::ones([64, 3, 3, 3], &device).require_grad();
//! let bias = Tensor::<1>::zeros([64], &device).require_grad();
//! let config = ConvConfig {
//!     stride: [1, 1],
//!     padding: [0, 0],
//!     activation: Activation::Relu,
//! };
//! let maps = fused_conv2d(images, weights, bias.clone(), config);
//! assert_eq!(maps.dims(), [8, 64, 30, 30]);
//!
//! let gradients = maps.sum().backward();
//! // Every output adds 1 to the gradient of its channel's bias: 8 x 30 x 30.
//! let gradient = bias.grad(&gradients).map(|gradient| gradient.max().into_scalar::<f32>());
//! assert_eq!(gradient, Some(7200.0));
//! ```
//!
//! # What is computed
//!
//! | | formula |
//! | --- | --- |
//! | output | y(o) = act(a(o) + b(o) + Σ x(i) ⋆ w(o, i)), where a is an addend or nothing |
//! | gradient of the input | dx(i) = Σ ds(o) ∗ w(o, i), where ds is the gradient before the activation |
//! | gradient of the weights | dw(o, i) = Σ over the batch of x(i) ⋆ ds(o) |
//! | gradient of the bias | db(o) = Σ ds(o) |
//! | gradient of the addend | da(o) = ds(o) |
//!
//! The formulas of the normalisation are in `norm.rs`.
//!
//! # Memory layout
//!
//! Images have their channels last in memory: `[batch, height, width, channels]`. The channels of a
//! pixel fill whole vectors, and the values under a row of the kernel are consecutive. Tensors keep
//! Burn's shape, `[batch, channels, height, width]`; their strides describe the memory. Between two
//! operations of this crate, nothing is moved.
//!
//! # Why it is fast
//!
//! 1. *Fewer multiplications.* Winograd's minimal filtering
//!    ([Lavin and Gray, 2015](https://arxiv.org/abs/1509.09308)) computes convolutions of 3x3 with
//!    stride 1 whose channels fill whole vectors and number at least 16. Tiles of 4x4 outputs need a
//!    quarter of the multiplications of the direct sum, and tiles of 2x2 need four ninths. The size of
//!    the image decides which tiles need fewer. The output and both gradients are products of the same
//!    transforms. All other shapes are summed directly.
//! 2. *One inner loop.* Every sum of products is a tile of 6 x 2 vectors, or 12 x 2 on CPUs with 32
//!    registers, that stays in registers. Each step of its loop loads two vectors and broadcasts one
//!    value per row. The loop reads its operands with strides. Windows are copied (im2col) only where
//!    their rows are long, and only as many as fit the cache.
//! 3. *Work in the cache.* Images are processed in groups whose transforms fit the second- and
//!    third-level cache. Bias, ReLU and pooling are applied before the sums leave it, so the sums
//!    before a pooling never reach memory. A layer with few channels computes all its gradients group by
//!    group. Normalisation, addition, ReLU and pooling are one pass over memory.
//! 4. *Reused memory.* Each thread keeps a few temporary buffers. The memory of a dropped tensor serves
//!    a tensor of the next step, so the system does not have to provide and clear new pages. The memory
//!    of tensors, used and free, is at most twice the most that was used at one time.
//! 5. *The CPU's instructions.* The loops are written once, for vectors of any length, and compiled for
//!    AVX-512, AVX2, NEON and plain scalars. The choice is made at run time ([`Instructions`]).
//!
//! All this holds for optimised builds. Compiled without optimisation, the crate leaves everything to Burn
//! ([`Kernels::best`]).
//!
//! # Batches of images
//!
//! [`ImageStore`] makes a batch from images that are stored as bytes: it gathers, mirrors, shifts, mixes and
//! normalises them in one pass, and writes the channels last, as the first convolution reads them.
//! On other back ends there is no store, and the caller composes the batch of Burn's operations.
//!
//! # Steps of optimizers
//!
//! [`SgdUpdate`] and [`AdamUpdate`] read a parameter, its gradient and the optimizer's state once, and write
//! the new parameter and state. [`EmaUpdate`] moves an average of a parameter. [`sum_of_squares`] and [`scaled`] bound
//! the norm of gradients.
//!
//! # Guarantees
//!
//! - The order of all additions depends only on the shape and the instructions. Any number of threads
//!   gives the same bits.
//! - Everything is f32. The transforms of 4x4 tiles cost about one decimal digit: errors are a few
//!   millionths of the largest sum of magnitudes. `tests/scalar` measures them against f64.
//! - ReLU and pooling keep a NaN, so that it reaches the loss.

mod activation;
mod algorithm;
mod border;
mod buffers;
mod channels_last;
mod conv;
mod direct;
mod elementwise;
mod epilogue;
mod images;
mod instructions;
mod layer;
pub mod nn;
mod norm;
mod output;
mod panels;
mod partial_sums;
mod process_kernels;
mod product;
mod scratch;
mod shape;
mod squares;
mod tensor;
mod update;
mod vectors;
mod winograd;

pub use activation::Activation;
pub use conv::{backward, forward};
pub use images::{Hole, MixedImage, Mixture, PixelConstants, ViewedImage};
pub use instructions::Instructions;
pub use layer::{BackwardPass, Gradients, Layer, Mode, WantedGradients};
pub use norm::{
    MapShape, NormBackwardPass, NormGradients, NormLayer, Statistics, norm_backward, norm_forward,
    statistics,
};
pub use output::Output;
pub use process_kernels::Kernels;
pub use shape::ConvShape;
pub use tensor::{
    BatchNormConfig, BatchNormed, ConvConfig, GivenStatistics, ImageStore, batch_norm,
    channel_maxima, channel_means, conv2d, fork, fused_conv2d, fused_conv2d_sum, scaled, subsample,
    sum, sum_of_squares,
};
pub use update::{AdamUpdate, EmaUpdate, MomentumKind, SgdUpdate};

/// The code in the README is a doctest.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
