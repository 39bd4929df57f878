//! The official files of CIFAR-10 and CIFAR-100: the binary and the Python layout.

mod binary;
pub(crate) mod official;
mod pickle;
mod python;
