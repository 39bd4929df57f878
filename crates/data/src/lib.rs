//! From any source of images to mixed batches of tensors.
//!
//! Data flows one way: [`open`] reads a source into an [`ImageSet`]; an [`EpochPlan`] holds every
//! random choice of one epoch; a [`MixupBatcher`] turns a slice of the plan into tensors.
mod archive;
mod augmentation;
mod batcher;
mod binary;
mod contact_sheet;
mod content;
mod corruption;
mod error;
mod fetch;
mod file;
mod folder;
mod image_file;
mod image_set;
mod loader;
mod mixed_pair;
mod mixing;
mod official;
mod patch;
mod pickle;
mod plan;
mod python;
mod random;
mod source;
mod stratified;
mod synthetic;

pub use augmentation::{Augmentation, View};
pub use batcher::{HiddenMix, MixupBatch, MixupBatcher, Normalisation, PixelStorage};
pub use contact_sheet::contact_sheet;
pub use error::DataError;
pub use fetch::{Download, RetryPolicy, cached_cifar10, cifar10_archive, fetch};
pub use image_file::read_image_file;
pub use image_set::{CHANNELS, CIFAR10_CLASSES, IMAGE_BYTES, ImageSet, Images, SIDE};
pub use loader::MixupLoader;
pub use mixed_pair::{MixedPair, mixed_pairs};
pub use mixing::{LambdaPer, Method, Mixing, Partner, Selection, Stages, Targets};
pub use patch::Patch;
pub use plan::{BatchPlan, Draw, EpochPlan, Policy};
pub use random::{Purpose, image_stream, stream};
pub use source::{Layout, OpenedSource, open};
pub use stratified::stratified;
pub use synthetic::synthetic;

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
