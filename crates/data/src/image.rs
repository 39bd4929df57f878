//! Images as one kind of sample: what they are, how they are seen and mixed, and batches of them.

pub(crate) mod augmentation;
mod batcher;
#[cfg(feature = "preview")]
mod contact_sheet;
pub(crate) mod file_images;
pub(crate) mod held_rows;
mod histogram;
mod images;
mod mix;
mod mixed_pair;
mod normalisation;
pub(crate) mod patch;
mod plan;
pub(crate) mod prefetch;
mod retouch;
mod retouched_rows;
mod shape;
pub(crate) mod storage;
mod uploaded;
mod view;

pub use augmentation::{Augmentation, View};
pub use batcher::{HiddenMix, MixupBatcher};
#[cfg(feature = "preview")]
pub use contact_sheet::{contact_sheet, picture};
pub use file_images::FileImages;
pub(crate) use file_images::FileRows;
#[cfg(feature = "files")]
pub(crate) use file_images::OpenFile;
pub(crate) use histogram::{Histogram, statistics};
pub use images::Images;
pub use mix::{cut, mix};
pub use mixed_pair::{MixedPair, mixed_pairs};
pub use normalisation::Normalisation;
pub use patch::Patch;
pub use plan::{BatchPlan, ImagePlan};
pub use retouch::{ColorJitter, Retouch, Retouches, trivial_augment_wide};
pub use shape::ImageShape;
pub use storage::PixelStorage;
pub(crate) use uploaded::UploadedPixels;
pub use view::look;
