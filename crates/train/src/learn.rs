//! Learning on tensors: no file, no terminal.
//!
//! All that is left of this crate without its feature `cli`. Start with [`classifier::Classifier`], a network with its
//! loss, which Burn's `Learner` trains; or, for a network of your own, with [`loss::Loss`], and with
//! [`classifier::StepOutput`] and [`metrics`](mod@metrics) for Burn's `SupervisedTraining`, whose dashboard needs Burn's
//! feature `tui`. `examples/learner.rs` is a whole program.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use mixup_train::learn::loss::Loss;
//!
//! let device = Device::flex();
//! // An image of the first class and one that is mixed half and half, and a network that knows nothing.
//! let targets = Tensor::<2>::from_floats([[1.0, 0.0], [0.5, 0.5]], &device);
//! let logits = Tensor::zeros([2, 2], &device);
//! let loss = Loss::CrossEntropy.forward(logits, targets).into_scalar::<f32>();
//! assert!((loss - 2.0_f32.ln()).abs() < 1e-6);
//! ```

pub mod accumulation;
pub mod attack;
pub mod classifier;
pub mod error;
pub mod evaluation;
pub mod gradient_norm;
pub mod loss;
pub mod metrics;
pub mod optimizer;
pub mod robustness;
pub mod schedule;
pub mod step;
pub mod weight_average;
