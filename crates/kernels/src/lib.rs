//! Fast convolutions on the CPU, with the activation and pooling that follow them.
//!
//! [`conv2d`] is an operation on Burn's tensors: a convolution and its bias, optionally followed by a
//! ReLU and 2x2 max-pooling. It has its own backward pass. On Burn's CPU back end this crate computes
//! it; on other back ends it is composed of Burn's operations.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use mixup_kernels::{Activation, ConvConfig, conv2d};
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
//! let maps = conv2d(images, weights, bias.clone(), config);
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
//! | output | y(o) = act(b(o) + Σ x(i) ⋆ w(o, i)) |
//! | gradient of the input | dx(i) = Σ ds(o) ∗ w(o, i), where ds is the gradient before the activation |
//! | gradient of the weights | dw(o, i) = Σ over the batch of x(i) ⋆ ds(o) |
//! | gradient of the bias | db(o) = Σ ds(o) |
//!
//! # Memory layout
//!
//! Images have their channels last in memory: `[batch, height, width, channels]`. The channels of a
//! pixel fill whole vectors, and the values under a row of the kernel are consecutive. Tensors keep
//! Burn's shape, `[batch, channels, height, width]`; their strides describe the memory. Between two
//! convolutions, nothing is moved.
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
//!    value per row. The loop reads its operands with strides, so windows are not copied (no im2col).
//!    Only a tensor that arrives with the channels first is transposed, once.
//! 3. *Work in the cache.* Images are processed in groups whose transforms fit the second- and
//!    third-level cache. Bias, ReLU and pooling are applied before the sums leave it, so the sums
//!    before a pooling never reach memory.
//! 4. *Reused memory.* Each thread keeps its temporary buffers. The memory of a dropped tensor serves
//!    a tensor of the next step, so the system does not have to provide and clear new pages.
//! 5. *The CPU's instructions.* The loops are written once, for vectors of any length, and compiled for
//!    AVX-512, AVX2, NEON and plain scalars. The choice is made at run time ([`Instructions`]).
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
mod epilogue;
mod instructions;
mod layer;
mod panels;
mod partial_sums;
mod process_kernels;
mod product;
mod scratch;
mod shape;
mod tensor;
mod vectors;
mod winograd;

pub use activation::Activation;
pub use conv::{backward, forward};
pub use instructions::Instructions;
pub use layer::{BackwardPass, Gradients, Layer, Mode, Output, WantedGradients};
pub use process_kernels::Kernels;
pub use shape::ConvShape;
pub use tensor::{ConvConfig, conv2d};
