//! The random choices of one epoch: order, partners, λ, patches, stages and views.

use std::ops::Range;

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::Distribution;

use crate::augmentation::{Augmentation, View};
use crate::mixing::{LambdaPer, Method, Mixing, Selection, Targets};
use crate::patch::Patch;
use crate::random::{Purpose, seek, stream};

/// How training images are changed and mixed, besides being normalised.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Images per batch, at least 1. The last batch of an epoch may be shorter.
    pub batch_size: usize,
    /// How single images are changed, before they are mixed.
    pub augmentation: Augmentation,
    /// How images are mixed.
    pub mixing: Mixing,
    /// Label smoothing s, from 0 to 1: a target y becomes (1 − s) y + s / classes.
    ///
    /// # Source
    /// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7.
    pub smoothing: f64,
}

impl Policy {
    /// Batches of `batch_size` images with this `mixing`, without augmentation or label smoothing.
    pub fn new(mixing: Mixing, batch_size: usize) -> Self {
        Self {
            batch_size,
            augmentation: Augmentation::default(),
            mixing,
            smoothing: 0.0,
        }
    }
}

/// What happens to one image in one epoch: λ times the image is mixed with 1 − λ times its partner.
///
/// An unmixed image is its own partner, with λ = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// The index of the image.
    pub image: u32,
    /// The index of its partner.
    pub partner: u32,
    /// The weight of the image, in `[0, 1]`.
    pub lambda: f64,
    /// With CutMix: the pixels that come from the partner. λ is then the share of the other pixels.
    pub patch: Option<Patch>,
}

impl Draw {
    /// `lambda` times `image` mixed with 1 − `lambda` times `partner`.
    pub fn mixed(image: u32, partner: u32, lambda: f64) -> Self {
        Self {
            image,
            partner,
            lambda,
            patch: None,
        }
    }

    /// The image without mixing.
    pub fn unmixed(image: u32) -> Self {
        Self::mixed(image, image, 1.0)
    }
}

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

    /// Draws which images are mixed, with which partner and which λ.
    fn mix(&mut self, seed: u64, epoch: u64, mixing: &Mixing) {
        let Some(distribution) = mixing.lambda(epoch) else {
            return;
        };
        let images = self.draws.len();
        let stream = |purpose| stream(seed, purpose, epoch);
        let mut selection = stream(Purpose::Selection);
        let mut partners = stream(Purpose::Partner);
        let mut permutations = stream(Purpose::BatchPartner);
        let mut lambdas = stream(Purpose::Lambda);
        let mut patches = stream(Purpose::Patch);
        for (number, batch) in self.draws.chunks_mut(self.batch_size).enumerate() {
            let batch_partners = mixing.partners_in_batch().then(|| {
                let mut members: Vec<u32> = batch.iter().map(|draw| draw.image).collect();
                members.shuffle(&mut permutations);
                members
            });
            for (row, draw) in batch.iter_mut().enumerate() {
                let index = draw.image as usize;
                let is_mixed = match mixing.selection {
                    Selection::Every(step) => index != 0 && index.is_multiple_of(step),
                    Selection::Probability(probability) => {
                        seek(&mut selection, index);
                        selection.random_bool(probability)
                    }
                };
                if !is_mixed {
                    continue;
                }
                draw.partner = match &batch_partners {
                    Some(members) => members[row],
                    None => {
                        seek(&mut partners, index);
                        // `in_order` has checked that the number of images fits.
                        partners.random_range(0..images as u32)
                    }
                };
                // Images that share a λ all draw it from the same position of the stream.
                let position = match mixing.lambda_per {
                    LambdaPer::Image => index,
                    LambdaPer::Batch => number,
                };
                seek(&mut lambdas, position);
                draw.lambda = distribution.sample(&mut lambdas);
                if mixing.method == Method::CutMix {
                    seek(&mut patches, position);
                    let patch = Patch::draw(draw.lambda, &mut patches);
                    draw.lambda = patch.kept();
                    draw.patch = Some(patch);
                }
            }
        }
        if let Method::Manifold(stages) = &mixing.method {
            let stages = stages.as_slice();
            let mut choices = stream(Purpose::Stage);
            let batches = images.div_ceil(self.batch_size);
            let choose = |_| stages[choices.random_range(0..stages.len())];
            self.stages = Some((0..batches).map(choose).collect());
        }
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

/// The random choices and the label settings of one batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchPlan<'a> {
    /// One choice per image.
    pub draws: &'a [Draw],
    /// The views of all images of the set, by index; `None` if they stay unchanged.
    pub views: Option<&'a [View]>,
    /// The stage whose input the network mixes. `None` if the batcher mixes the images, or nothing is mixed.
    pub stage: Option<usize>,
    /// Which soft labels mixed images get.
    pub targets: Targets,
    /// Label smoothing, from 0 to 1.
    pub smoothing: f64,
}

impl<'a> From<&'a [Draw]> for BatchPlan<'a> {
    /// The images of `draws` mixed by the formula, without views or smoothing.
    fn from(draws: &'a [Draw]) -> Self {
        Self {
            draws,
            views: None,
            stage: None,
            targets: Targets::Formula,
            smoothing: 0.0,
        }
    }
}

impl BatchPlan<'_> {
    /// The view of `image`.
    pub(crate) fn view(&self, image: u32) -> View {
        self.views
            .map_or_else(View::default, |views| views[image as usize])
    }
}

#[cfg(test)]
mod tests;
