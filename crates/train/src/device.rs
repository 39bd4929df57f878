//! Where tensors are computed, and what a GPU back end reports about it.

pub mod choose;
mod gpu;
pub mod libdevice;
pub mod log;
pub mod selected;
