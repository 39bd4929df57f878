//! What makes the batches of a set, whatever its samples are, and one pass over them.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::Device;

use crate::image::held_rows::HeldRows;
use crate::image::prefetch::{Prefetch, ReadAhead};
use crate::split::Store;
use crate::{
    CloudBatcher, CloudPlan, DataError, Draw, ImagePlan, MixupBatch, MixupBatcher, Normalisation,
    Policy, Split,
};

/// Makes batches of images or of point clouds.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "rarely moved")]
pub enum Batcher {
    /// Of images.
    Images(MixupBatcher),
    /// Of point clouds.
    Clouds(CloudBatcher),
}

impl From<MixupBatcher> for Batcher {
    fn from(batcher: MixupBatcher) -> Self {
        Self::Images(batcher)
    }
}

impl From<CloudBatcher> for Batcher {
    fn from(batcher: CloudBatcher) -> Self {
        Self::Clouds(batcher)
    }
}

/// Which samples a pass visits, and how it mixes them.
#[derive(Clone, Copy, Debug)]
pub enum Visits<'a> {
    /// An epoch of training.
    Training {
        /// The seed of the run.
        seed: u64,
        /// The epoch, from 1.
        epoch: u64,
        /// How samples are changed and mixed.
        policy: &'a Policy,
    },
    /// All samples in order, unmixed.
    InOrder,
    /// Some of the samples in this order, unmixed.
    Chosen(&'a [u32]),
}

/// The random choices of one pass.
#[derive(Clone, Debug)]
pub enum PassPlan {
    /// Over images.
    Images(Arc<ImagePlan>),
    /// Over point clouds.
    Clouds(CloudPlan),
}

impl PassPlan {
    /// One choice per sample, in visiting order.
    pub fn draws(&self) -> &[Draw] {
        match self {
            Self::Images(plan) => plan.draws(),
            Self::Clouds(plan) => plan.draws(),
        }
    }
}

impl Batcher {
    /// Makes batches of the samples of `split`, whose store it shares. Point clouds are not normalised.
    ///
    /// # Panics
    /// If a label is not below `classes`, or for images if the normalisation has not one mean and one deviation per
    /// channel.
    pub fn of(split: &Split, classes: usize, normalisation: &Normalisation) -> Self {
        match split.store() {
            Store::Images(_) | Store::File { .. } => {
                MixupBatcher::of(split, classes, normalisation).into()
            }
            Store::Clouds { .. } => CloudBatcher::of(split, classes).into(),
        }
    }

    /// The samples of the batches, as they were given.
    pub fn split(&self) -> &Split {
        match self {
            Self::Images(batcher) => batcher.split(),
            Self::Clouds(batcher) => batcher.split(),
        }
    }

    /// The number of classes.
    pub(crate) fn classes(&self) -> usize {
        match self {
            Self::Images(batcher) => batcher.classes(),
            Self::Clouds(batcher) => batcher.classes(),
        }
    }

    /// Makes batches of the samples at these positions, in this order.
    ///
    /// # Panics
    /// If a position is not that of a sample.
    #[must_use]
    pub(crate) fn select(&self, positions: &[u32]) -> Self {
        match self {
            Self::Images(batcher) => batcher.select(positions).into(),
            Self::Clouds(batcher) => batcher.select(positions).into(),
        }
    }

    /// The same batcher with its samples on `device`.
    ///
    /// # Panics
    /// As for [`MixupBatcher::to_device`].
    #[must_use]
    pub(crate) fn to_device(&self, device: &Device) -> Self {
        match self {
            Self::Images(batcher) => batcher.to_device(device).into(),
            Self::Clouds(batcher) => batcher.to_device(device).into(),
        }
    }

    /// Draws the choices of a pass.
    ///
    /// # Panics
    /// If the batch size of a policy is 0, or if the policy mixes by a method for the other kind of sample.
    pub fn plan(&self, visits: &Visits<'_>) -> PassPlan {
        let count = self.split().len();
        match self {
            Self::Images(batcher) => PassPlan::Images(Arc::new(match *visits {
                Visits::InOrder => ImagePlan::in_order(count),
                Visits::Chosen(images) => ImagePlan::chosen(images),
                Visits::Training {
                    seed,
                    epoch,
                    policy,
                } => ImagePlan::draw(seed, epoch, count, batcher.shape(), policy),
            })),
            Self::Clouds(batcher) => PassPlan::Clouds(match *visits {
                Visits::InOrder => CloudPlan::in_order(count),
                Visits::Chosen(clouds) => CloudPlan::chosen(clouds),
                Visits::Training {
                    seed,
                    epoch,
                    policy,
                } => CloudPlan::draw(seed, epoch, count, batcher.shape(), policy),
            }),
        }
    }

    /// The batch at `positions` of the visiting order of `plan`, padded to `rows` if they are given.
    ///
    /// # Errors
    /// Images in a file that cannot be read.
    ///
    /// # Panics
    /// If the plan is that of another kind of sample, or as for [`MixupBatcher::make`].
    pub fn make(
        &self,
        plan: &PassPlan,
        positions: Range<usize>,
        rows: Option<usize>,
    ) -> Result<MixupBatch, DataError> {
        self.make_from(plan, positions, rows, None)
    }

    fn make_from(
        &self,
        plan: &PassPlan,
        positions: Range<usize>,
        rows: Option<usize>,
        held: Option<HeldRows>,
    ) -> Result<MixupBatch, DataError> {
        match (self, plan) {
            (Self::Images(batcher), PassPlan::Images(plan)) => {
                batcher.make_from(&plan.batch(positions), rows, held)
            }
            (Self::Clouds(batcher), PassPlan::Clouds(plan)) => {
                Ok(batcher.make(&plan.batch(positions), rows))
            }
            _ => panic!("expected the plan of this kind of sample"),
        }
    }

    /// Begins a pass, of which the positions in `range` are needed in batches of `batch_size`, one after the other.
    pub(crate) fn pass(
        &self,
        visits: &Visits<'_>,
        range: &Range<usize>,
        batch_size: usize,
    ) -> Pass {
        let plan = self.plan(visits);
        let prefetch = match (self.split().store(), &plan) {
            (Store::File { rows, .. }, PassPlan::Images(plan)) => {
                Some(Prefetch::start(&ReadAhead {
                    file: rows.clone(),
                    chosen: self.split().rows().cloned(),
                    plan: Arc::clone(plan),
                    range: range.clone(),
                    batch_size,
                }))
            }
            _ => None,
        };
        Pass {
            batcher: self.clone(),
            plan,
            prefetch,
        }
    }
}

/// One pass over the samples, whose random choices are drawn.
pub(crate) struct Pass {
    batcher: Batcher,
    plan: PassPlan,
    /// `None` unless the images are in a file.
    prefetch: Option<Prefetch>,
}

impl Pass {
    /// The batch at `positions` of the visiting order, padded to `rows` if they are given. Batches follow each other.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn batch(
        &mut self,
        positions: Range<usize>,
        rows: Option<usize>,
    ) -> Result<MixupBatch, DataError> {
        let held = self.prefetch.as_mut().map(Prefetch::next).transpose()?;
        self.batcher.make_from(&self.plan, positions, rows, held)
    }
}
