//! Burn's data loader over the batches of each epoch.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::Device;

use crate::batcher::{Batcher, Pass, Visits};
use crate::{MixupBatch, Policy, balanced};

/// A Burn data loader over images that are on the device or in a file, which is read ahead of the batches; or over point
/// clouds.
///
/// Each call of `iter` returns the batches of the next epoch. They depend only on the epoch's number, so
/// a run resumed after epoch 3 sees the same batches as an uninterrupted run.
///
/// Manifold mixup needs both samples of a pair in the same batch. A `slice` must then start at a batch
/// boundary, or making a batch panics.
pub struct MixupLoader {
    batcher: Arc<Batcher>,
    batch_size: usize,
    /// Whether a short last batch is padded to full size.
    fill: bool,
    plans: Plans,
    /// The positions of each epoch's visiting order that this loader covers.
    range: Range<usize>,
}

enum Plans {
    /// A new draw for every epoch.
    Training {
        seed: u64,
        policy: Arc<Policy>,
        next_epoch: AtomicU64,
    },
    /// Every sample in order, unmixed.
    InOrder,
    /// Some of the samples in this order, unmixed.
    Chosen(Arc<[u32]>),
}

impl MixupLoader {
    /// The training batches, starting with `first_epoch`; epochs count from 1.
    ///
    /// # Panics
    /// If the policy's batch size is 0.
    pub fn training(
        batcher: impl Into<Batcher>,
        seed: u64,
        policy: Policy,
        first_epoch: u64,
    ) -> Self {
        let batch_size = policy.batch_size;
        let plans = Plans::Training {
            seed,
            policy: Arc::new(policy),
            next_epoch: AtomicU64::new(first_epoch),
        };
        Self::new(batcher.into(), batch_size, plans)
    }

    /// All samples in order, unmixed, for evaluation.
    ///
    /// # Panics
    /// If `batch_size` is 0.
    pub fn in_order(batcher: impl Into<Batcher>, batch_size: usize) -> Self {
        Self::new(batcher.into(), batch_size, Plans::InOrder)
    }

    /// A loader over the samples at `indices`, in that order and unmixed, for evaluation. It shares them with this
    /// loader.
    #[must_use]
    pub fn chosen(&self, indices: &[u32]) -> Self {
        Self {
            batcher: Arc::clone(&self.batcher),
            batch_size: self.batch_size,
            fill: self.fill,
            plans: Plans::Chosen(indices.into()),
            range: 0..indices.len(),
        }
    }

    fn new(batcher: Batcher, batch_size: usize, plans: Plans) -> Self {
        assert!(batch_size > 0, "batch size from 1");
        let range = 0..batcher.split().len();
        Self {
            batcher: Arc::new(batcher),
            batch_size,
            fill: false,
            plans,
            range,
        }
    }

    /// The same loader with padding switched on or off.
    ///
    /// With padding, a last batch that is shorter than the others gets their size, as described at
    /// [`MixupBatcher::make`](crate::MixupBatcher::make). A device that tunes its kernels by shape then does so only once.
    /// The results match those of the short batch up to rounding.
    #[must_use]
    pub fn filled(self, fill: bool) -> Self {
        Self { fill, ..self }
    }

    /// The same loader at the same epoch, with another batcher or other positions.
    fn with(&self, batcher: Arc<Batcher>, range: Range<usize>) -> Arc<Self> {
        let plans = match &self.plans {
            Plans::InOrder => Plans::InOrder,
            Plans::Chosen(images) => Plans::Chosen(Arc::clone(images)),
            Plans::Training {
                seed,
                policy,
                next_epoch,
            } => Plans::Training {
                seed: *seed,
                policy: Arc::clone(policy),
                next_epoch: AtomicU64::new(next_epoch.load(Ordering::Relaxed)),
            },
        };
        Arc::new(Self {
            batcher,
            batch_size: self.batch_size,
            fill: self.fill,
            plans,
            range,
        })
    }
}

impl DataLoader<MixupBatch> for MixupLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<MixupBatch> + 'a> {
        let visits = match &self.plans {
            Plans::InOrder => Visits::InOrder,
            Plans::Chosen(samples) => Visits::Chosen(samples),
            Plans::Training {
                seed,
                policy,
                next_epoch,
            } => Visits::Training {
                seed: *seed,
                epoch: next_epoch.fetch_add(1, Ordering::Relaxed),
                policy,
            },
        };
        let selected;
        let batcher = match visits {
            Visits::Training {
                seed,
                epoch,
                policy,
            } if policy.balanced => {
                let labels = self.batcher.split().labels();
                let positions = balanced(labels, self.batcher.classes(), seed, epoch);
                selected = self.batcher.select(&positions);
                &selected
            }
            _ => &*self.batcher,
        };
        Box::new(Batches {
            loader: self,
            pass: batcher.pass(&visits, &self.range, self.batch_size),
            next: self.range.start,
        })
    }

    fn num_items(&self) -> usize {
        self.range.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<MixupBatch>> {
        let batcher = if self.batcher.split().device() == device.clone().without_autodiff() {
            Arc::clone(&self.batcher)
        } else {
            Arc::new(self.batcher.to_device(device))
        };
        self.with(batcher, self.range.clone())
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<MixupBatch>> {
        let range = self.range.start + start..self.range.start + end;
        self.with(Arc::clone(&self.batcher), range)
    }
}

/// The batches of one epoch; the last one may be short.
struct Batches<'a> {
    loader: &'a MixupLoader,
    pass: Pass,
    next: usize,
}

impl Iterator for Batches<'_> {
    type Item = Result<MixupBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let end = self
            .loader
            .range
            .end
            .min(self.next + self.loader.batch_size);
        if self.next >= end {
            return None;
        }
        let rows = self.loader.batch_size.min(self.loader.range.len());
        let made = self
            .pass
            .batch(self.next..end, self.loader.fill.then_some(rows));
        // After an error, there is nothing more.
        self.next = if made.is_ok() {
            end
        } else {
            self.loader.range.end
        };
        Some(made.map_err(DatasetError::new))
    }
}

impl DataLoaderIterator<MixupBatch> for Batches<'_> {
    fn progress(&self) -> Progress {
        let range = &self.loader.range;
        Progress::new(self.next - range.start, range.len(), Some("images".into()))
    }
}

#[cfg(test)]
mod tests;
