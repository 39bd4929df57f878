//! What `mixup bench` measures, and how.
//!
//! Everything is measured in windows of several steps; the device is waited for at the ends of a
//! window only, so a GPU is never held up more than in training. [`epochs`] times the training path
//! itself, [`bare_step`] what it costs without its loop, [`phases`] each part of a step alone.

pub mod bare_step;
pub mod clock;
pub mod epochs;
pub mod flop;
pub mod gemm;
pub mod peak_memory;
pub mod phases;
pub mod report;
pub mod stage;
