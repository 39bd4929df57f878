//! The random choices of one epoch: order, partners, λ and stages.

mod draw;
mod lambda;

use std::ops::Range;

use rand::seq::SliceRandom;

use crate::draw::mixing::Mixing;
use crate::draw::random::{Purpose, stream};
pub use draw::Draw;

/// The random choices of one epoch, in the order in which it visits the samples.
///
/// A pure function of seed, epoch, number of samples and [`Mixing`]. It does not depend on the device or
/// on interruptions. It depends on the batch size only for what is drawn per batch.
/// The order does not depend on the mixing, so a baseline run and a mixup run with the same seed visit the
/// samples in the same order.
///
/// It knows nothing of what the samples are. What is drawn for images alone is in an
/// [`ImagePlan`](crate::ImagePlan).
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPlan {
    pub(crate) draws: Vec<Draw>,
    /// The stage whose input each batch is mixed at; `None` unless manifold mixup is used.
    stages: Option<Vec<usize>>,
    batch_size: usize,
}

impl EpochPlan {
    /// Draws the choices of `epoch` for a training set of `samples` samples, in batches of `batch_size`.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` samples, or the batch size is 0.
    pub fn draw(seed: u64, epoch: u64, samples: usize, mixing: &Mixing, batch_size: usize) -> Self {
        let mut plan = Self {
            batch_size,
            ..Self::in_order(samples)
        };
        plan.draws.shuffle(&mut stream(seed, Purpose::Order, epoch));
        plan.mix(seed, epoch, mixing);
        plan
    }

    /// Every sample once, in order and unmixed, for evaluation.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` samples.
    pub fn in_order(samples: usize) -> Self {
        let samples = u32::try_from(samples).expect("at most u32::MAX samples");
        Self::unmixed(0..samples)
    }

    /// The samples at these indices, in this order and unmixed.
    pub fn chosen(samples: &[u32]) -> Self {
        Self::unmixed(samples.iter().copied())
    }

    fn unmixed(samples: impl Iterator<Item = u32>) -> Self {
        Self {
            draws: samples.map(Draw::unmixed).collect(),
            stages: None,
            batch_size: 1,
        }
    }

    /// One choice per sample, in visiting order.
    pub fn draws(&self) -> &[Draw] {
        &self.draws
    }

    /// The number of the batch that the sample at `position` of the visiting order belongs to, from 0.
    pub(crate) fn batch_of(&self, position: usize) -> usize {
        position / self.batch_size
    }

    /// The stage whose input the batch at `positions` of the visiting order is mixed at. `None` without
    /// manifold mixup, or if nothing of the batch is mixed.
    pub(crate) fn stage(&self, positions: &Range<usize>) -> Option<usize> {
        let stages = self.stages.as_ref()?;
        let draws = &self.draws[positions.clone()];
        let is_mixed = draws.iter().any(|draw| draw.image != draw.partner);
        is_mixed.then(|| stages[self.batch_of(positions.start)])
    }
}

#[cfg(test)]
mod tests;
