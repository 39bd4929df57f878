//! Images as one kind of sample: what they are, how they are seen and mixed, and batches of them.

pub(crate) mod augmentation;
mod batcher;
mod contact_sheet;
mod images;
mod loader;
mod mix;
mod mixed_pair;
mod normalisation;
pub(crate) mod patch;
mod plan;
mod policy;
mod shape;
mod split;
mod storage;
mod view;

pub use augmentation::{Augmentation, View};
pub use batcher::{HiddenMix, MixupBatch, MixupBatcher};
pub use contact_sheet::{contact_sheet, picture};
pub use images::Images;
pub use loader::MixupLoader;
pub use mix::{cut, mix};
pub use mixed_pair::{MixedPair, mixed_pairs};
pub use normalisation::Normalisation;
pub use patch::Patch;
pub use plan::{BatchPlan, ImagePlan};
pub use policy::Policy;
pub use shape::ImageShape;
pub use split::Split;
pub use storage::PixelStorage;
pub use view::look;
