//! From any source of images to mixed batches of tensors.
//!
//! Data flows one way: [`open`] reads a source into an [`ImageSet`]; an [`EpochPlan`] holds every
//! random choice of one epoch; a [`MixupBatcher`] turns a slice of the plan into tensors.
mod archive;
mod batcher;
mod binary;
mod contact_sheet;
mod error;
mod fetch;
mod folder;
mod image_set;
mod loader;
mod mixed_pair;
mod official;
mod pickle;
mod plan;
mod python;
mod random;
mod source;
mod stratified;
mod synthetic;

pub use batcher::{MixupBatch, MixupBatcher, Normalisation, PixelStorage};
pub use contact_sheet::contact_sheet;
pub use error::DataError;
pub use fetch::{Download, Patience, cached_cifar10, cifar10_archive, fetch};
pub use image_set::{CHANNELS, CIFAR10_CLASSES, IMAGE_BYTES, ImageSet, Images, SIDE};
pub use loader::MixupLoader;
pub use mixed_pair::{MixedPair, mixed_pairs};
pub use plan::{Draw, EpochPlan, Mixing, Selection};
pub use random::{Purpose, stream};
pub use source::{Layout, Opened, open};
pub use stratified::stratified;
pub use synthetic::synthetic;

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
