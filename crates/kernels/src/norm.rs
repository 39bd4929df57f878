//! Batch normalisation, with the addition, activation and pooling that follow it.
//!
//! Each channel of a batch is normalised by its mean and variance over all pixels, then scaled and
//! shifted. Of a residual network, an addend and a ReLU follow; of the article's, a ReLU and pooling.
//!
//! | | formula |
//! | --- | --- |
//! | normalised | n = (x − mean) / √(variance + ε) |
//! | output | y = act(γ n + β + addend) |
//! | gradient before the activation | dz, which is also the gradient of the addend |
//! | gradients of the parameters | dβ = Σ dz, dγ = Σ dz n |
//! | gradient of the input | dx = γ / √(variance + ε) (dz − dβ / N − n dγ / N), for N pixels |
//!
//! With statistics that do not depend on the batch, dx is only the first term.
//!
//! # Passes over memory
//!
//! Maps are far larger than the cache, so time is spent on memory. The statistics are one pass. The
//! output is a second one, which reads the input once more and writes the output. The backward pass
//! reads input and gradient twice: once for both sums, once to write the gradient of the input. What
//! the activation did is computed again from the input instead of being stored.
//!
//! # Source
//! Ioffe and Szegedy, "Batch Normalization", 2015.

mod backward;
mod channel_constants;
mod columns;
mod forward;
mod input_gradient;
mod maps;
mod mask;
mod pooled;
mod statistics;
mod sums;

pub use backward::{NormBackwardPass, NormGradients, norm_backward};
pub use forward::norm_forward;
pub use maps::{MapShape, NormLayer};
pub use statistics::{Statistics, statistics};
