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
//! Start with [`mix`] and [`soft_targets`] to mix tensors of your own, with [`EpochPlan`] for their partners and λ, or
//! with [`MixupLoader`] for a whole data loader of images. [`cut`] and [`look`] are CutMix, and flips and crops, on
//! tensors. `examples/` has a program for each way.
//!
//! | feature | on by default | what |
//! | --- | --- | --- |
//! | `files` | yes | `open`, and all that reads pictures, archives and the files of known sets |
//! | `fetch` | yes | downloads of known sets and of the Hugging Face hub; includes `files` |
//! | `hdf5` | yes | HDF5 files of point clouds; includes `files` |
//! | `parquet` | yes | parquet files; includes `files` |
//! | `preview` | yes | pictures of images and of mixed pairs: `picture`, `contact_sheet` |
//!
//! The project reproduces an article, which the documentation calls *the article*: Ta-Ying Cheng,
//! "Enhancing Neural Networks with Mixup in PyTorch", Towards Data Science, June 2021, later
//! republished by Graviti; its code is at <https://github.com/ttchengab/mixup>. The method itself is
//! from Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018.
//!
//! Data flows in one direction:
//!
//! 1. `open` reads a source into an [`ImageSet`]. [`synthetic()`] draws the built-in images instead. `pack` writes
//!    one into a `PackedSet`, a file whose pixels need not be in memory.
//! 2. A *plan*, [`EpochPlan`], holds every random choice of one epoch: the order of the images, and for
//!    each image a [`Draw`] with its partner and λ. [`Mixing`] says how these are drawn. An [`ImagePlan`] adds
//!    what only images have: how each one looks, and pasted patches. A plan is a pure function of seed and epoch, so
//!    a stopped run can continue with the same choices.
//! 3. A [`Split`] is images on a device: all of a set's, or some of them as a list of indices.
//! 4. A *batch* is a run of consecutive draws that the network sees in one step. [`MixupBatcher`] turns such
//!    a part of the plan into a [`MixupBatch`] of tensors. [`MixupLoader`] does so for epoch after epoch, as a
//!    data loader for Burn.
//!
//! Point clouds take the same way: [`CloudSet`], which [`synthetic_shapes`] draws and `open_clouds` reads, [`CloudPlan`] and
//! [`CloudBatcher`]. A [`Batcher`] is one of either kind. [`assign`] and [`mix_points`] mix clouds of your own.
//!
//! What is drawn (`draw/`) knows no pixels. What is told (`label/`) knows only labels. What is applied (`image/`, `cloud/`)
//! knows one kind of sample: images, or point clouds. Sources know nothing of these.
//!
//! # Example
//!
//! The plan of the article's first epoch for 100 built-in images: images 5, 10, 15 and so on are mixed.
//!
//! ```
//! use mixup_data::{EpochPlan, Mixing, Selection, synthetic};
//!
//! let images = synthetic(1, 100, 10).train;
//! let mixing = Mixing::new(0.2, Selection::Every(5))?;
//! let plan = EpochPlan::draw(7, 1, images.len(), &mixing, 32);
//!
//! assert_eq!(plan.draws().len(), 100);
//! for draw in plan.draws() {
//!     let mixed = draw.image != 0 && draw.image % 5 == 0;
//!     assert!(mixed || (draw.partner == draw.image && draw.lambda == 1.0));
//!     assert!((0.0..=1.0).contains(&draw.lambda));
//! }
//! // The same seed and epoch give the same plan; another epoch gives another one.
//! assert_eq!(plan, EpochPlan::draw(7, 1, images.len(), &mixing, 32));
//! assert_ne!(plan, EpochPlan::draw(7, 2, images.len(), &mixing, 32));
//! # Ok::<(), mixup_data::DataError>(())
//! ```
#![cfg_attr(
    not(feature = "files"),
    expect(dead_code, reason = "what only readers of files use")
)]

mod batch;
mod batcher;
mod cloud;
mod draw;
mod error;
mod file;
mod image;
mod image_set;
mod label;
mod listed;
mod loader;
mod policy;
mod shape;
mod shell;
mod shown;
#[cfg(feature = "files")]
mod source;
mod source_samples;
#[cfg(feature = "files")]
mod source_set;
mod split;
mod synthetic;

pub use batch::MixupBatch;
pub use batcher::{Batcher, PassPlan, Visits};
pub use cloud::{
    CLOUD_PICTURE, CloudAugmentation, CloudBatchPlan, CloudBatcher, CloudCorruption, CloudDamage,
    CloudPlan, CloudSet, CloudShape, Clouds, MOST_ASSIGNED, Point, assign, cloud_picture,
    mix_points, mixed_clouds, replace_points, synthetic_shapes,
};
pub use draw::balanced::balanced;
pub use draw::mixing::{
    Assignment, Choice, LambdaPer, Method, Mixing, Partner, PixelMethod, Selection, Stages, Targets,
};
pub use draw::plan::{Draw, EpochPlan};
pub use draw::random::{Purpose, image_stream, stream};
pub use draw::stratified::{hold_out, stratified};
pub use error::DataError;
pub use file::{open_regular, read_regular};
pub use image::{
    Augmentation, BatchPlan, ColorJitter, FileImages, HiddenMix, ImagePlan, ImageShape, Images,
    MixedPair, MixupBatcher, Normalisation, Patch, PixelStorage, Retouch, Retouches, View, cut,
    look, mix, mixed_pairs, trivial_augment_wide,
};
#[cfg(feature = "preview")]
pub use image::{contact_sheet, picture};
pub use image_set::{CIFAR10_CLASSES, ImageSet, UploadedSet};
pub use label::corruption::corrupt_labels;
pub use label::targets::soft_targets;
pub use label::{MAX_CLASSES, class_counts};
pub use loader::MixupLoader;
pub use policy::Policy;
pub use shape::SampleShape;
pub use shell::quoted;
pub use shown::shown;
#[cfg(feature = "files")]
pub use source::{
    Fit, Layout, OpenedSource, TestOrigin,
    cifar::official::{Form, LabelKind},
    clouds::{CloudLayout, CloudRequest, OpenedClouds, holds_clouds, open_clouds},
    folder::Part,
    folder::pictures::{FoundPictures, pictures_in},
    idx::IdxSet,
    image_file::read_image_file,
    numpy::MedMnist,
    open,
    packed::{FingerprintOrigin, PackedAbout, PackedCounts, PackedSet, pack, pack_set},
    parquet::TableLook,
    passed_over::{PassedOver, PassedOverReason},
    request::{ImageRequest, Resize, TableRequest, TestSplit},
    test_only::{ArrayPair, CorruptedSet, SEVERITIES, TestOnlySet, test_only},
    wordnet::{are_same_classes, name_classes},
};
#[cfg(feature = "fetch")]
pub use source::{
    fetch::{Download, KnownSet, RetryPolicy, fetch},
    hub::{HubPart, HubPlan, HubSet, HubSettings, ListOrigin},
};
pub use source_samples::SourceSamples;
#[cfg(feature = "files")]
pub use source_set::SourceSet;
pub use split::Split;
pub use synthetic::synthetic;

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The code in the README is a doctest.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
