//! Learning on tensors: no file, no terminal.

pub mod attack;
pub mod classifier;
pub mod evaluation;
pub mod loss;
pub mod metrics;
pub mod optimizer;
pub mod robustness;
pub mod schedule;
