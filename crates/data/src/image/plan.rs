//! The random choices of one epoch of images: an epoch's plan, and what is drawn for images alone.

use std::ops::Range;

use crate::draw::mixing::{LambdaPer, Method, Mixing, PixelMethod, Targets};
use crate::draw::plan::{Draw, EpochPlan};
use crate::draw::random::{Purpose, seek, stream};
use crate::image::patch::Patch;
use crate::{ImageShape, Policy, Retouches, View};

/// The random choices of one epoch of images.
///
/// A pure function of seed, epoch, number and shape of the images, and [`Policy`]. To an [`EpochPlan`] it adds
/// what is drawn for images alone: how each image looks, and with CutMix its patch. Looks do not depend on the
/// mixing, so a baseline run and a mixup run with the same seed see the same ones.
#[derive(Clone, Debug, PartialEq)]
pub struct ImagePlan {
    choices: EpochPlan,
    /// One view per image, by index.
    views: Option<Vec<View>>,
    /// What is erased from each image, by index.
    holes: Option<Vec<Patch>>,
    /// How each image is retouched, by index.
    retouches: Option<Vec<Retouches>>,
    /// One patch per image, by index.
    patches: Option<Vec<Patch>>,
    with_clean: Option<f64>,
    targets: Targets,
    smoothing: f64,
}

impl ImagePlan {
    /// Draws the choices of `epoch` for a training set of `images` images.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` images, if the batch size is 0, or if the method mixes point clouds.
    pub fn draw(seed: u64, epoch: u64, images: usize, shape: ImageShape, policy: &Policy) -> Self {
        let mixing = &policy.mixing;
        let mut choices = EpochPlan::draw(seed, epoch, images, mixing, policy.batch_size);
        Self {
            views: policy.augmentation.views(seed, epoch, images),
            holes: policy.augmentation.holes(seed, epoch, images, shape),
            retouches: policy.augmentation.retouches(seed, epoch, images),
            with_clean: mixing.lambda(epoch).and(mixing.with_clean),
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
            holes: None,
            retouches: None,
            patches: None,
            with_clean: None,
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
            holes: self.holes.as_deref(),
            retouches: self.retouches.as_deref(),
            patches: self.patches.as_deref(),
            with_clean: self.with_clean,
            targets: self.targets,
            smoothing: self.smoothing,
        }
    }
}

/// Draws a patch for each image that is mixed by one, by its λ, and sets λ to the share of pixels that stay. `None`
/// unless the epoch mixes by CutMix or ResizeMix.
fn cut(
    choices: &mut EpochPlan,
    seed: u64,
    epoch: u64,
    shape: ImageShape,
    mixing: &Mixing,
) -> Option<Vec<Patch>> {
    mixing.lambda(epoch)?;
    let method: &dyn Fn(usize, usize) -> PixelMethod = match &mixing.method {
        Method::Mixup | Method::Manifold(_) => return None,
        Method::PointMixup(_) | Method::PointCutMix => {
            panic!("expected a method that mixes images")
        }
        Method::CutMix => &|_, _| PixelMethod::CutMix,
        Method::ResizeMix => &|_, _| PixelMethod::ResizeMix,
        Method::OneOf(choice) => &|image, batch| {
            let place = match choice.per {
                LambdaPer::Image => image,
                LambdaPer::Batch => batch,
            };
            let mut numbers = stream(seed, Purpose::Method, epoch);
            seek(&mut numbers, place);
            choice.draw(&mut numbers)
        },
    };
    let mut numbers = stream(seed, Purpose::Patch, epoch);
    let mut patches = vec![Patch::EMPTY; choices.draws().len()];
    for position in 0..patches.len() {
        let draw = choices.draws()[position];
        // An image that is not mixed has λ = 1, and a patch for λ = 1 is empty.
        if draw.lambda == 1.0 {
            continue;
        }
        let (image, batch) = (draw.image as usize, choices.batch_of(position));
        let resized = match method(image, batch) {
            PixelMethod::Mixup => continue,
            PixelMethod::CutMix => false,
            PixelMethod::ResizeMix => true,
        };
        let place = match mixing.lambda_per {
            LambdaPer::Image => image,
            LambdaPer::Batch => batch,
        };
        seek(&mut numbers, place);
        let patch = Patch {
            resized,
            ..Patch::draw(draw.lambda, shape, &mut numbers)
        };
        choices.draws[position].lambda = patch.kept(shape);
        patches[image] = patch;
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
    /// What is erased from all images of the set, as they are viewed, by index; `None` if nothing is.
    pub holes: Option<&'a [Patch]>,
    /// How all images of the set are retouched, as they are viewed, by index; `None` if they are not.
    pub retouches: Option<&'a [Retouches]>,
    /// With CutMix and ResizeMix, for each image of the set the pixels that come from its partner, by index. An image
    /// whose patch is empty is mixed by its λ.
    pub patches: Option<&'a [Patch]>,
    /// The stage whose input the network mixes. `None` if the batcher mixes the images, or nothing is mixed.
    pub stage: Option<usize>,
    /// With a number η, the batch has every image twice: as it is, and mixed, with η times the weight. The network must
    /// not mix then.
    pub with_clean: Option<f64>,
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
            holes: None,
            retouches: None,
            patches: None,
            stage: None,
            with_clean: None,
            targets: Targets::Formula,
            smoothing: 0.0,
        }
    }
}

#[cfg(test)]
mod tests;
