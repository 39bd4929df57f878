//! Where tensors are computed, and what a GPU back end reports about it.

pub mod choose;
pub mod libdevice;
pub mod log;
