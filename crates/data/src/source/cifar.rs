//! The official files of CIFAR-10 and CIFAR-100: the binary and the Python layout.

pub(crate) mod archive_files;
mod binary;
pub(crate) mod official;
mod pickle;
mod python;
