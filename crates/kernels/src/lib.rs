//! Convolutions, with what surrounds them in a network, on the CPU.
//!
//! [`conv2d`] is an operation on Burn's tensors: a convolution, its bias, and a ReLU and 2x2
//! max-pooling where they follow, with a backward pass of its own. On Burn's CPU back end it is
//! computed here; elsewhere it is composed of Burn's operations.
//!
//! # What is computed
//!
//! | | formula |
//! | --- | --- |
//! | output | y(o) = act(b(o) + Σ x(i) ⋆ w(o, i)) |
//! | by the input | dx(i) = Σ ds(o) ∗ w(o, i), ds the gradient before the activation |
//! | by the weights | dw(o, i) = Σ over the batch of x(i) ⋆ ds(o) |
//! | by the bias | db(o) = Σ ds(o) |
//!
//! # In which layout
//!
//! Images have their channels last: `[batch, height, width, channels]` in memory. One pixel's
//! channels fill whole vectors, and what a row of the kernel covers lies side by side. Tensors keep
//! Burn's shape `[batch, channels, height, width]` and say by their strides how they lie, so between
//! two convolutions nothing is moved.
//!
//! # Why it is fast
//!
//! 1. *Fewer multiplications.* Convolutions of 3x3 with stride 1 whose channels, 16 or more, fill whole
//!    vectors use Winograd's
//!    minimal filtering ([Lavin and Gray, 2015](https://arxiv.org/abs/1509.09308)): tiles of 4x4
//!    outputs need a quarter of the direct sum's multiplications, tiles of 2x2 four ninths; whichever is
//!    less for the size of the image is taken. Forward, both gradients: all three are products of the
//!    same transforms, and the gradients share theirs. All other shapes are summed directly.
//! 2. *One inner loop.* Every sum of products, direct or transformed, is a tile of 6 x 2 vectors (12 x 2
//!    where there are 32 registers) that stays in registers; per step of the depth it loads two vectors
//!    and broadcasts one value a row. Strides instead of copies bring the operands: forward and
//!    for the weights' gradient no window is written out (im2col), and only what arrives with the
//!    channels first is transposed, once.
//! 3. *The cache.* Images go through in groups whose transforms stay in the second- and third-level
//!    cache; bias, ReLU and pooling are applied before the sums leave it, and the pooled layers' sums
//!    never reach memory.
//! 4. *Memory that is kept.* Scratch stays with its thread, and a dropped tensor's memory waits for the
//!    tensor of the next step, so the system has no pages to clear.
//! 5. *The instructions that are there.* The loops are written once, for vectors of any length, and
//!    compiled for AVX-512, AVX2, NEON and plain scalars; the CPU decides at run time
//!    ([`Instructions`]).
//!
//! # What always holds
//!
//! - What is summed in which order depends on the shape and the instructions alone: one thread and many
//!   give the same bits.
//! - Everything is f32. Transforms of 4x4 tiles cost about one digit: errors are a few millionths of the
//!   largest sum of the magnitudes that were added (`tests/scalar` measures them against f64).
//! - A NaN stays a NaN through ReLU and pooling, so that it reaches the loss.

mod conv;
mod direct;
mod epilogue;
mod image;
mod instructions;
mod pool;
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
pub use instructions::Instructions;
pub use selection::Kernels;
pub use shape::ConvShape;
pub use tensor::{ConvConfig, conv2d};
