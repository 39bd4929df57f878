//! The random choices of one epoch of point clouds: an epoch's plan, and what is drawn for clouds alone.

use std::ops::Range;

use rand::seq::SliceRandom;

use crate::draw::random::{Purpose, image_stream};
use crate::{
    Assignment, CloudAugmentation, CloudShape, Draw, EpochPlan, LambdaPer, Method, Point, Policy,
    Targets,
};

/// The random choices of one epoch of point clouds.
///
/// A pure function of seed, epoch, number and shape of the clouds, and [`Policy`]. To an [`EpochPlan`] it adds what is
/// drawn for clouds alone: how each one looks, which points are replaced, and which are mixed with each other if that is
/// left to chance. Looks do not depend on the mixing, so a baseline run and a mixup run with the same seed see the same
/// ones.
#[derive(Clone, Debug, PartialEq)]
pub struct CloudPlan {
    choices: EpochPlan,
    /// `None` for evaluation: nothing is drawn.
    training: Option<TrainingChoices>,
    targets: Targets,
    smoothing: f64,
    with_clean: Option<f64>,
}

/// What decides how the clouds of an epoch look and which of their points are mixed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct TrainingChoices {
    seed: u64,
    epoch: u64,
    augmentation: CloudAugmentation,
    mixing: PointMixing,
    per: LambdaPer,
}

/// How two clouds become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PointMixing {
    /// Point by point.
    Mixed(Assignment),
    /// Some points of the partner replace some of the cloud.
    Replaced,
}

impl CloudPlan {
    /// Draws the choices of `epoch` for a training set of `clouds` clouds.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` clouds, if the batch size is 0, or if the epoch is mixed by a method for images.
    pub fn draw(seed: u64, epoch: u64, clouds: usize, shape: CloudShape, policy: &Policy) -> Self {
        let mixing = &policy.mixing;
        let mut choices = EpochPlan::draw(seed, epoch, clouds, mixing, policy.batch_size);
        let is_mixed = mixing.lambda(epoch).is_some();
        let points = match mixing.method {
            Method::PointMixup(assignment) => PointMixing::Mixed(assignment),
            Method::PointCutMix => {
                for draw in choices.draws.iter_mut().filter(|draw| draw.lambda != 1.0) {
                    let points = shape.points as f64;
                    draw.lambda = (draw.lambda * points).round() / points;
                }
                PointMixing::Replaced
            }
            _ if is_mixed => panic!("expected a method that mixes clouds"),
            _ => PointMixing::Mixed(Assignment::default()),
        };
        Self {
            choices,
            training: Some(TrainingChoices {
                seed,
                epoch,
                augmentation: policy.cloud_augmentation,
                mixing: points,
                per: mixing.lambda_per,
            }),
            targets: mixing.targets,
            smoothing: policy.smoothing,
            with_clean: mixing.with_clean.filter(|_| is_mixed),
        }
    }

    /// Every cloud once, in order, unmixed and unchanged, for evaluation.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` clouds.
    pub fn in_order(clouds: usize) -> Self {
        Self::unmixed(EpochPlan::in_order(clouds))
    }

    /// The clouds at these indices, in this order, unmixed and unchanged.
    pub fn chosen(clouds: &[u32]) -> Self {
        Self::unmixed(EpochPlan::chosen(clouds))
    }

    fn unmixed(choices: EpochPlan) -> Self {
        Self {
            choices,
            training: None,
            targets: Targets::Formula,
            smoothing: 0.0,
            with_clean: None,
        }
    }

    /// One choice per cloud, in visiting order. With point-cutmix, λ is the share of points that stay.
    pub fn draws(&self) -> &[Draw] {
        self.choices.draws()
    }

    /// The batch of the clouds at `positions` of the visiting order.
    ///
    /// # Panics
    /// If `positions` is not within the epoch.
    pub fn batch(&self, positions: Range<usize>) -> CloudBatchPlan<'_> {
        CloudBatchPlan {
            number: self.choices.batch_of(positions.start),
            draws: &self.choices.draws()[positions],
            plan: self,
        }
    }

    /// A batch of other draws, with the looks and the mixing of this epoch. What a batch shares is that of the batch with
    /// the first of them.
    pub(super) fn batch_of<'a>(&'a self, draws: &'a [Draw]) -> CloudBatchPlan<'a> {
        let is_first = |draw: &Draw| draws.first().is_some_and(|first| first.image == draw.image);
        let position = self.draws().iter().position(is_first);
        CloudBatchPlan {
            draws,
            number: self.choices.batch_of(position.unwrap_or(0)),
            plan: self,
        }
    }
}

/// The random choices and the label settings of one batch of point clouds.
#[derive(Clone, Copy, Debug)]
pub struct CloudBatchPlan<'a> {
    /// One choice per cloud.
    pub draws: &'a [Draw],
    /// Which batch of the epoch it is, from 0.
    number: usize,
    plan: &'a CloudPlan,
}

impl CloudBatchPlan<'_> {
    /// Which soft labels mixed clouds get.
    pub(super) fn targets(&self) -> Targets {
        self.plan.targets
    }

    /// Label smoothing, from 0 to 1.
    pub(super) fn smoothing(&self) -> f64 {
        self.plan.smoothing
    }

    /// With a number η, the batch has every cloud twice: as it is, and mixed, with η times the weight.
    pub(super) fn with_clean(&self) -> Option<f64> {
        self.plan.with_clean
    }

    /// Changes a cloud of the training set, which is known by its index, as this epoch sees it.
    pub(super) fn look(&self, points: &mut [Point], index: u32) {
        if let Some(training) = &self.plan.training {
            let augmentation = training.augmentation;
            augmentation.apply(points, training.seed, training.epoch, index as usize);
        }
    }

    /// How two clouds become one.
    pub(super) fn mixing(&self) -> PointMixing {
        let training = self.plan.training.as_ref();
        training.map_or(PointMixing::Mixed(Assignment::None), |of| of.mixing)
    }

    /// A random order of the `points` points of the cloud of `draw`, in which they are replaced, or mixed with those of
    /// its partner.
    pub(super) fn order(&self, draw: &Draw, points: usize) -> Vec<u32> {
        // Numbers of points are far below `u32::MAX`.
        let mut order: Vec<u32> = (0..points as u32).collect();
        if let Some(training) = &self.plan.training {
            let place = match training.per {
                LambdaPer::Image => draw.image as usize,
                LambdaPer::Batch => self.number,
            };
            let TrainingChoices { seed, epoch, .. } = *training;
            let mut numbers = image_stream(seed, Purpose::PointPartner, epoch, place, points);
            order.shuffle(&mut numbers);
        }
        order
    }
}

#[cfg(test)]
mod tests;
