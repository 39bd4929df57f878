//! Where tensors are computed, and what a GPU back end reports about it.

pub(crate) mod choose;
mod gpu;
#[cfg(any(feature = "cuda", test))]
pub(crate) mod libdevice;
pub(crate) mod list;
pub mod log;
pub(crate) mod selected;
pub mod threads;
