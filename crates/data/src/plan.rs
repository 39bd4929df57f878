//! The random choices of one epoch: order, partners, λ, patches, stages and views.

mod batch;
mod draw;
mod lambda;
mod policy;

use std::ops::Range;

use rand::seq::SliceRandom;

use crate::augmentation::View;
use crate::mixing::Targets;
use crate::random::{Purpose, stream};
pub use batch::BatchPlan;
pub use draw::Draw;
pub use policy::Policy;

/// The random choices of one epoch, in the order in which it visits the images.
///
/// A pure function of seed, epoch, number of images and [`Policy`]. It does not depend on the device or
/// on interruptions. It depends on the batch size only for what is drawn per batch.
/// Order and views do not depend on the mixing, so a baseline run and a mixup run with the same seed
/// visit the images in the same order and see the same views.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPlan {
    draws: Vec<Draw>,
    /// One view per image, by index.
    views: Option<Vec<View>>,
    /// The stage whose input each batch is mixed at; `None` unless manifold mixup is used.
    stages: Option<Vec<usize>>,
    batch_size: usize,
    targets: Targets,
    smoothing: f64,
}

impl EpochPlan {
    /// Draws the choices of `epoch` for a training set of `images` images.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` images, or the batch size is 0.
    pub fn draw(seed: u64, epoch: u64, images: usize, policy: &Policy) -> Self {
        let mut plan = Self {
            views: policy.augmentation.views(seed, epoch, images),
            batch_size: policy.batch_size,
            targets: policy.mixing.targets,
            smoothing: policy.smoothing,
            ..Self::in_order(images)
        };
        plan.draws.shuffle(&mut stream(seed, Purpose::Order, epoch));
        plan.mix(seed, epoch, &policy.mixing);
        plan
    }

    /// Every image once, in order and unmixed, for evaluation.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` images.
    pub fn in_order(images: usize) -> Self {
        let images = u32::try_from(images).expect("at most u32::MAX images");
        Self::unmixed(0..images)
    }

    /// The images at these indices, in this order and unmixed.
    pub(crate) fn chosen(images: &[u32]) -> Self {
        Self::unmixed(images.iter().copied())
    }

    fn unmixed(images: impl Iterator<Item = u32>) -> Self {
        Self {
            draws: images.map(Draw::unmixed).collect(),
            views: None,
            stages: None,
            batch_size: 1,
            targets: Targets::Formula,
            smoothing: 0.0,
        }
    }

    /// One choice per image, in visiting order.
    pub fn draws(&self) -> &[Draw] {
        &self.draws
    }

    /// The batch of the images at `positions` of the visiting order.
    ///
    /// # Panics
    /// If `positions` is not within the epoch.
    pub fn batch(&self, positions: Range<usize>) -> BatchPlan<'_> {
        let number = positions.start / self.batch_size;
        let draws = &self.draws[positions];
        let is_mixed = draws.iter().any(|draw| draw.image != draw.partner);
        let stages = self.stages.as_ref().filter(|_| is_mixed);
        BatchPlan {
            draws,
            stage: stages.map(|stages| stages[number]),
            views: self.views.as_deref(),
            targets: self.targets,
            smoothing: self.smoothing,
        }
    }
}

#[cfg(test)]
mod tests;
