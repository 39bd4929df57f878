//! What a network is told: labels, and the soft targets of mixed samples.

pub(crate) mod corruption;
mod labels;
pub(crate) mod targets;

pub use labels::{MAX_CLASSES, class_counts};
