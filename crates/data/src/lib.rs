//! Images from any source, the random choices of training, and mixed batches of tensors.
//!
//! **Mixup** trains a network on weighted averages of two images. An image xᵢ with the one-hot label yᵢ
//! is combined with a second image xⱼ, its *partner*:
//!
//! ```text
//! x = λ xᵢ + (1 − λ) xⱼ        y = λ yᵢ + (1 − λ) yⱼ
//! ```
//!
//! λ is the weight of the first image, a number from 0 to 1. It is drawn from the distribution
//! Beta(α, α): a small α makes λ close to 0 or 1, and α = 1 makes every λ equally likely. An image that
//! is not mixed has λ = 1, so training without mixup runs through the same code.
//!
//! The project reproduces an article, which the documentation calls *the article*: Ta-Ying Cheng,
//! "Enhancing Neural Networks with Mixup in PyTorch", Towards Data Science, June 2021, later
//! republished by Graviti; its code is at <https://github.com/ttchengab/mixup>. The method itself is
//! from Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018.
//!
//! Data flows in one direction:
//!
//! 1. [`open`] reads a source into an [`ImageSet`]. [`synthetic()`] draws the built-in images instead.
//! 2. A *plan*, [`EpochPlan`], holds every random choice of one epoch: the order of the images, and for
//!    each image a [`Draw`] with its partner and λ. [`Mixing`] says how these are drawn. A plan is a pure
//!    function of seed and epoch, so a stopped run can continue with the same choices.
//! 3. A *batch* is a run of consecutive draws that the network sees in one step. [`MixupBatcher`] keeps
//!    the images on the device and turns such a part of the plan into a [`MixupBatch`] of tensors.
//!    [`MixupLoader`] does so for epoch after epoch, as a data loader for Burn.
//!
//! # Example
//!
//! The plan of the article's first epoch for 100 built-in images: images 5, 10, 15 and so on are mixed.
//!
//! ```
//! use mixup_data::{EpochPlan, Mixing, Policy, Selection, synthetic};
//!
//! let images = synthetic(1, 100, 10).train;
//! let mixing = Mixing::new(0.2, Selection::Every(5))?;
//! let policy = Policy::new(mixing, 32);
//! let plan = EpochPlan::draw(7, 1, images.len(), &policy);
//!
//! assert_eq!(plan.draws().len(), 100);
//! for draw in plan.draws() {
//!     let mixed = draw.image != 0 && draw.image % 5 == 0;
//!     assert!(mixed || (draw.partner == draw.image && draw.lambda == 1.0));
//!     assert!((0.0..=1.0).contains(&draw.lambda));
//! }
//! // The same seed and epoch give the same plan; another epoch gives another one.
//! assert_eq!(plan, EpochPlan::draw(7, 1, images.len(), &policy));
//! assert_ne!(plan, EpochPlan::draw(7, 2, images.len(), &policy));
//! # Ok::<(), mixup_data::DataError>(())
//! ```
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
mod guess;
mod image;
mod image_file;
mod image_set;
mod images;
mod loader;
mod mixed_pair;
mod mixing;
mod official;
mod passed_over;
mod patch;
mod pickle;
mod plan;
mod python;
mod random;
mod request;
mod shell;
mod shown;
mod signature;
mod source;
mod stratified;
mod synthetic;

pub use augmentation::{Augmentation, View};
pub use batcher::{HiddenMix, MixupBatch, MixupBatcher, Normalisation, PixelStorage};
pub use contact_sheet::contact_sheet;
pub use error::DataError;
pub use fetch::{Download, RetryPolicy, cached_cifar10, cifar10_archive, fetch};
pub use file::{open_regular, read_regular};
pub use folder::Part;
pub use image::ImageShape;
pub use image_file::read_image_file;
pub use image_set::{CIFAR10_CLASSES, ImageSet};
pub use images::{CHANNELS, IMAGE_BYTES, Images, SIDE};
pub use loader::MixupLoader;
pub use mixed_pair::{MixedPair, mixed_pairs};
pub use mixing::{LambdaPer, Method, Mixing, Partner, Selection, Stages, Targets};
pub use passed_over::{PassedOver, PassedOverReason};
pub use patch::Patch;
pub use plan::{BatchPlan, Draw, EpochPlan, Policy};
pub use random::{Purpose, image_stream, stream};
pub use request::{ImageRequest, Resize, TestSplit};
pub use shell::quoted;
pub use shown::shown;
pub use source::{Fit, Layout, OpenedSource, TestOrigin, open};
pub use stratified::stratified;
pub use synthetic::synthetic;

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
