//! What an epoch does to its samples.

use crate::{Augmentation, CloudAugmentation, Mixing};

/// How training samples are changed and mixed, besides being normalised.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Samples per batch, at least 1. The last batch of an epoch may be shorter.
    pub batch_size: usize,
    /// Whether an epoch visits every class equally often; see [`balanced`](crate::balanced). Otherwise it visits every
    /// sample once.
    pub balanced: bool,
    /// How single images are changed, before they are mixed.
    pub augmentation: Augmentation,
    /// How single point clouds are changed, before they are mixed.
    pub cloud_augmentation: CloudAugmentation,
    /// How samples are mixed.
    pub mixing: Mixing,
    /// Label smoothing s, from 0 to 1: a target y becomes (1 − s) y + s / classes.
    ///
    /// # Source
    /// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7.
    pub smoothing: f64,
}

impl Policy {
    /// Batches of `batch_size` samples with this `mixing`, without augmentation or label smoothing.
    pub fn new(mixing: Mixing, batch_size: usize) -> Self {
        Self {
            batch_size,
            balanced: false,
            augmentation: Augmentation::default(),
            cloud_augmentation: CloudAugmentation::default(),
            mixing,
            smoothing: 0.0,
        }
    }
}
