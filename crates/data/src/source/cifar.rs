//! CIFAR-10's official files: the binary and the Python layout, in folders and in archives.

pub(super) mod archive;
mod binary;
mod content;
pub(super) mod official;
mod pickle;
mod python;
