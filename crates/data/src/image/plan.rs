//! The random choices of one epoch of images: an epoch's plan, views and patches.

use std::ops::Range;

use crate::draw::mixing::{LambdaPer, Method, Mixing, Targets};
use crate::draw::plan::{Draw, EpochPlan};
use crate::draw::random::{Purpose, seek, stream};
use crate::image::patch::Patch;
use crate::{ImageShape, Policy, View};

/// The random choices of one epoch of images.
///
/// A pure function of seed, epoch, number and shape of the images, and [`Policy`]. To an [`EpochPlan`] it adds
/// what is drawn for images alone: a view of each image, and with CutMix its patch. Views do not depend on the
/// mixing, so a baseline run and a mixup run with the same seed see the same views.
#[derive(Clone, Debug, PartialEq)]
pub struct ImagePlan {
    choices: EpochPlan,
    /// One view per image, by index.
    views: Option<Vec<View>>,
    /// One patch per image, by index.
    patches: Option<Vec<Patch>>,
    targets: Targets,
    smoothing: f64,
}

impl ImagePlan {
    /// Draws the choices of `epoch` for a training set of `images` images.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` images, or the batch size is 0.
    pub fn draw(seed: u64, epoch: u64, images: usize, shape: ImageShape, policy: &Policy) -> Self {
        let mixing = &policy.mixing;
        let mut choices = EpochPlan::draw(seed, epoch, images, mixing, policy.batch_size);
        Self {
            views: policy.augmentation.views(seed, epoch, images),
            patches: cut(&mut choices, seed, epoch, shape, mixing),
            choices,
            targets: mixing.targets,
            smoothing: policy.smoothing,
        }
    }

    /// Every image once, in order and unmixed, for evaluation.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` images.
    pub fn in_order(images: usize) -> Self {
        Self::unmixed(EpochPlan::in_order(images))
    }

    /// The images at these indices, in this order and unmixed.
    pub fn chosen(images: &[u32]) -> Self {
        Self::unmixed(EpochPlan::chosen(images))
    }

    fn unmixed(choices: EpochPlan) -> Self {
        Self {
            choices,
            views: None,
            patches: None,
            targets: Targets::Formula,
            smoothing: 0.0,
        }
    }

    /// One choice per image, in visiting order.
    pub fn draws(&self) -> &[Draw] {
        self.choices.draws()
    }

    /// The batch of the images at `positions` of the visiting order.
    ///
    /// # Panics
    /// If `positions` is not within the epoch.
    pub fn batch(&self, positions: Range<usize>) -> BatchPlan<'_> {
        BatchPlan {
            stage: self.choices.stage(&positions),
            draws: &self.choices.draws()[positions],
            views: self.views.as_deref(),
            patches: self.patches.as_deref(),
            targets: self.targets,
            smoothing: self.smoothing,
        }
    }
}

/// Draws a patch for each mixed image, by its λ, and sets λ to the share of pixels that stay. `None` unless the
/// epoch mixes by CutMix.
fn cut(
    choices: &mut EpochPlan,
    seed: u64,
    epoch: u64,
    shape: ImageShape,
    mixing: &Mixing,
) -> Option<Vec<Patch>> {
    if mixing.method != Method::CutMix || mixing.lambda(epoch).is_none() {
        return None;
    }
    let mut numbers = stream(seed, Purpose::Patch, epoch);
    let mut patches = vec![Patch::EMPTY; choices.draws().len()];
    for position in 0..patches.len() {
        let draw = choices.draws()[position];
        // An image that is not mixed has λ = 1, and a patch for λ = 1 is empty.
        if draw.lambda == 1.0 {
            continue;
        }
        let place = match mixing.lambda_per {
            LambdaPer::Image => draw.image as usize,
            LambdaPer::Batch => choices.batch_of(position),
        };
        seek(&mut numbers, place);
        let patch = Patch::draw(draw.lambda, shape, &mut numbers);
        choices.draws[position].lambda = patch.kept(shape);
        patches[draw.image as usize] = patch;
    }
    Some(patches)
}

/// The random choices and the label settings of one batch of images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchPlan<'a> {
    /// One choice per image.
    pub draws: &'a [Draw],
    /// The views of all images of the set, by index; `None` if they stay unchanged.
    pub views: Option<&'a [View]>,
    /// With CutMix, for each image of the set the pixels that come from its partner, by index.
    pub patches: Option<&'a [Patch]>,
    /// The stage whose input the network mixes. `None` if the batcher mixes the images, or nothing is mixed.
    pub stage: Option<usize>,
    /// Which soft labels mixed images get.
    pub targets: Targets,
    /// Label smoothing, from 0 to 1.
    pub smoothing: f64,
}

impl<'a> From<&'a [Draw]> for BatchPlan<'a> {
    /// The images of `draws` mixed by the formula, without views, patches or smoothing.
    fn from(draws: &'a [Draw]) -> Self {
        Self {
            draws,
            views: None,
            patches: None,
            stage: None,
            targets: Targets::Formula,
            smoothing: 0.0,
        }
    }
}

#[cfg(test)]
mod tests;
