//! Learning on tensors: no file, no terminal.

pub(crate) mod accumulation;
pub(crate) mod attack;
pub mod classifier;
pub(crate) mod evaluation;
pub mod gradient_norm;
pub mod loss;
pub mod metrics;
pub mod optimizer;
pub(crate) mod robustness;
pub mod schedule;
pub(crate) mod step;
pub mod weight_average;
