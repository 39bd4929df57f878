//! The random choices of one epoch: order, partners, λ, and how single images view.

use std::ops::Range;

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_distr::Distribution;

use crate::augmentation::{Augmentation, View};
use crate::mixing::{LambdaPer, Method, Mixing, Selection, Targets};
use crate::patch::Patch;
use crate::random::{Purpose, seek, stream};

/// What is done to training images beside normalising them.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Images of a batch, from 1; the last batch of an epoch may be short.
    pub batch_size: usize,
    /// What is done to single images, before they are mixed.
    pub augmentation: Augmentation,
    /// How they are mixed.
    pub mixing: Mixing,
    /// Label smoothing s, from 0 to 1: a target y becomes (1 − s) y + s / classes.
    ///
    /// # Source
    /// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7.
    pub smoothing: f64,
}

impl Policy {
    /// Batches of `batch_size` images, mixed by `mixing`, with nothing else done to them.
    pub fn new(mixing: Mixing, batch_size: usize) -> Self {
        Self {
            batch_size,
            augmentation: Augmentation::default(),
            mixing,
            smoothing: 0.0,
        }
    }
}

/// What happens to one image in one epoch: λ of it is mixed with 1 − λ of its partner.
///
/// An image that is not mixed is its own partner, with λ = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// Index of the image.
    pub image: u32,
    /// Index of the image that it is mixed with.
    pub partner: u32,
    /// The share of the image, in `[0, 1]`.
    pub lambda: f64,
    /// The pixels that are the partner's, where CutMix pastes them; then λ is the share of the others.
    pub patch: Option<Patch>,
}

impl Draw {
    /// λ = `lambda` of `image` and 1 − λ of `partner`.
    pub fn mixed(image: u32, partner: u32, lambda: f64) -> Self {
        Self {
            image,
            partner,
            lambda,
            patch: None,
        }
    }

    /// The image as it is.
    pub fn unmixed(image: u32) -> Self {
        Self::mixed(image, image, 1.0)
    }
}

/// The random choices of one epoch, in the order in which the images are visited.
///
/// A pure function of seed, epoch, number of images and [`Policy`]: it does not depend on the device
/// or on where a run was interrupted, and on the batch size only where the policy draws something for
/// a batch. The order and the views do not depend on the mixing, so a baseline run visits the images
/// in the order of the mixup run with its seed, and sees them alike.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochPlan {
    draws: Vec<Draw>,
    /// One an image, by index.
    views: Option<Vec<View>>,
    /// The stage of the network that each batch is mixed before, where it is not the batcher that
    /// mixes.
    stages: Option<Vec<usize>>,
    batch_size: usize,
    targets: Targets,
    smoothing: f64,
}

impl EpochPlan {
    /// Draws the choices of `epoch` for a training set of `images` images.
    ///
    /// # Panics
    /// Where there are more than `u32::MAX` images, or the batch size is 0.
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

    /// Draws what is mixed, with whom and by how much.
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
            let of_batch = mixing.partners_in_batch().then(|| {
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
                draw.partner = match &of_batch {
                    Some(members) => members[row],
                    None => {
                        seek(&mut partners, index);
                        // `in_order` has seen to it that the number of images fits.
                        partners.random_range(0..images as u32)
                    }
                };
                // What a batch shares is drawn from the same stage for each of its images.
                let stage = match mixing.lambda_per {
                    LambdaPer::Image => index,
                    LambdaPer::Batch => number,
                };
                seek(&mut lambdas, stage);
                draw.lambda = distribution.sample(&mut lambdas);
                if mixing.method == Method::CutMix {
                    seek(&mut patches, stage);
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

    /// Every image once, in its own order, unmixed: how a split is evaluated.
    ///
    /// # Panics
    /// Where there are more than `u32::MAX` images.
    pub fn in_order(images: usize) -> Self {
        let images = u32::try_from(images).expect("at most u32::MAX images");
        Self::unmixed(0..images)
    }

    /// These images in this order, unmixed.
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

    /// The choices, one an image, in visiting order.
    pub fn draws(&self) -> &[Draw] {
        &self.draws
    }

    /// The choices for the images at `part` of the visiting order: a batch, or what is to be one.
    ///
    /// # Panics
    /// Where `part` is not within the epoch.
    pub fn batch(&self, part: Range<usize>) -> BatchPlan<'_> {
        let number = part.start / self.batch_size;
        let draws = &self.draws[part];
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

/// The random choices for one batch, and what is told about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchPlan<'a> {
    /// The choices, one an image.
    pub draws: &'a [Draw],
    /// How the images of the whole set view, by index; none where they view as they are.
    pub views: Option<&'a [View]>,
    /// The stage of the network that the images are mixed before; none where the batch holds them mixed,
    /// or nothing is mixed.
    pub stage: Option<usize>,
    /// The targets of mixed images.
    pub targets: Targets,
    /// Label smoothing, from 0 to 1.
    pub smoothing: f64,
}

impl<'a> From<&'a [Draw]> for BatchPlan<'a> {
    /// The images of `draws` mixed by the formula, with nothing else done to them.
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
    /// How `image` views.
    pub(crate) fn view(&self, image: u32) -> View {
        self.views
            .map_or_else(View::default, |views| views[image as usize])
    }
}

#[cfg(test)]
mod tests;
