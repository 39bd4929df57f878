//! Images as one kind of sample: what they are, how they are seen and mixed, and batches of them.

pub(crate) mod augmentation;
mod batcher;
#[cfg(feature = "preview")]
mod contact_sheet;
pub(crate) mod file_images;
mod held_rows;
mod histogram;
mod images;
mod loader;
mod mix;
mod mixed_pair;
mod normalisation;
pub(crate) mod patch;
mod plan;
mod policy;
mod prefetch;
mod retouch;
mod retouched_rows;
mod shape;
mod split;
mod storage;
mod view;

pub use augmentation::{Augmentation, View};
pub use batcher::{HiddenMix, MixupBatch, MixupBatcher};
#[cfg(feature = "preview")]
pub use contact_sheet::{contact_sheet, picture};
pub use file_images::FileImages;
pub(crate) use file_images::FileRows;
#[cfg(feature = "files")]
pub(crate) use file_images::OpenFile;
pub(crate) use histogram::{Histogram, statistics};
pub use images::Images;
pub use loader::MixupLoader;
pub use mix::{cut, mix};
pub use mixed_pair::{MixedPair, mixed_pairs};
pub use normalisation::Normalisation;
pub use patch::Patch;
pub use plan::{BatchPlan, ImagePlan};
pub use policy::Policy;
pub use retouch::{ColorJitter, Retouch, Retouches, trivial_augment_wide};
pub use shape::ImageShape;
pub use split::Split;
pub use storage::PixelStorage;
pub use view::look;
