//! Burn's data loader over the batches of each epoch.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::Device;

use crate::{EpochPlan, MixupBatch, MixupBatcher, Policy};

/// A Burn data loader over images that are already on the device.
///
/// Each call of `iter` returns the batches of the next epoch. They depend only on the epoch's number, so
/// a run resumed after epoch 3 sees the same batches as an uninterrupted run.
///
/// Manifold mixup needs both images of a pair in the same batch. A `slice` must then start at a batch
/// boundary, or making a batch panics.
pub struct MixupLoader {
    batcher: Arc<MixupBatcher>,
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
    /// Every image in order, unmixed.
    InOrder,
    /// Some of the images in this order, unmixed.
    Chosen(Arc<[u32]>),
}

impl MixupLoader {
    /// The training batches, starting with `first_epoch`; epochs count from 1.
    ///
    /// # Panics
    /// If the policy's batch size is 0.
    pub fn training(batcher: MixupBatcher, seed: u64, policy: Policy, first_epoch: u64) -> Self {
        let batch_size = policy.batch_size;
        let plans = Plans::Training {
            seed,
            policy: Arc::new(policy),
            next_epoch: AtomicU64::new(first_epoch),
        };
        Self::new(batcher, batch_size, plans)
    }

    /// All images in order, unmixed, for evaluation.
    ///
    /// # Panics
    /// If `batch_size` is 0.
    pub fn in_order(batcher: MixupBatcher, batch_size: usize) -> Self {
        Self::new(batcher, batch_size, Plans::InOrder)
    }

    /// A loader over the images at `indices`, in that order and unmixed, for evaluation. It shares the
    /// pixels on the device with this loader.
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

    fn new(batcher: MixupBatcher, batch_size: usize, plans: Plans) -> Self {
        assert!(batch_size > 0, "batch size from 1");
        let range = 0..batcher.len();
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
    /// [`MixupBatcher::make`]. A device that tunes its kernels by shape then does so only once. The results
    /// match those of the short batch up to rounding.
    #[must_use]
    pub fn filled(self, fill: bool) -> Self {
        Self { fill, ..self }
    }

    /// The same loader at the same epoch, with another batcher or other positions.
    fn with(&self, batcher: Arc<MixupBatcher>, range: Range<usize>) -> Arc<Self> {
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
        let plan = match &self.plans {
            Plans::InOrder => EpochPlan::in_order(self.batcher.len()),
            Plans::Chosen(images) => EpochPlan::chosen(images),
            Plans::Training {
                seed,
                policy,
                next_epoch,
            } => {
                let epoch = next_epoch.fetch_add(1, Ordering::Relaxed);
                EpochPlan::draw(*seed, epoch, self.batcher.len(), policy)
            }
        };
        Box::new(Batches {
            loader: self,
            plan,
            next: self.range.start,
        })
    }

    fn num_items(&self) -> usize {
        self.range.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<MixupBatch>> {
        let batcher = if self.batcher.device() == device.clone().without_autodiff() {
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
    plan: EpochPlan,
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
        let Batches { loader, plan, .. } = self;
        let batch = plan.batch(self.next..end);
        let rows = loader.batch_size.min(loader.range.len());
        self.next = end;
        Some(Ok(loader.batcher.make(&batch, loader.fill.then_some(rows))))
    }
}

impl DataLoaderIterator<MixupBatch> for Batches<'_> {
    fn progress(&self) -> Progress {
        let range = &self.loader.range;
        Progress::new(self.next - range.start, range.len(), Some("images".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IMAGE_BYTES, Images, Mixing, Normalisation, Selection};

    fn loader(first_epoch: u64) -> MixupLoader {
        let mut images = Images::default();
        for index in 0..23_u8 {
            images.push(&[index * 10; IMAGE_BYTES], index % 10);
        }
        let batcher = MixupBatcher::new(images, 10, &Normalisation::NONE, &Device::flex());
        let mixing = Mixing::new(0.2, Selection::Every(5)).unwrap();
        MixupLoader::training(batcher, 1, Policy::new(mixing, 8), first_epoch)
    }

    /// The first pixel of each image, batch by batch.
    fn epoch(loader: &dyn DataLoader<MixupBatch>) -> Vec<Vec<f32>> {
        let first_pixels = |batch: Result<MixupBatch, DatasetError>| {
            let images = batch.unwrap().images;
            let count = images.dims()[0];
            let pixels = images.slice([0..count, 0..1, 0..1, 0..1]);
            pixels.into_data().try_to_vec().unwrap()
        };
        loader.iter().map(first_pixels).collect()
    }

    #[test]
    fn an_epoch_is_whole_batches_and_a_short_last_one() {
        let sizes: Vec<usize> = epoch(&loader(1)).iter().map(Vec::len).collect();
        assert_eq!(sizes, [8, 8, 7]);
    }

    #[test]
    fn a_filled_epoch_has_one_shape() {
        let rows = |loader: &dyn DataLoader<MixupBatch>| -> Vec<(usize, usize)> {
            let rows = |batch: Result<MixupBatch, DatasetError>| {
                let batch = batch.unwrap();
                assert!(batch.weights.is_some());
                (batch.images.dims()[0], batch.count)
            };
            loader.iter().map(rows).collect()
        };
        let filled = loader(1).filled(true);
        assert_eq!(rows(&filled), [(8, 8), (8, 8), (8, 7)]);
        // A single short batch is not padded.
        assert_eq!(rows(&*filled.slice(0, 5)), [(5, 5)]);
    }

    #[test]
    fn a_loader_that_starts_at_epoch_three_gives_the_third_epoch() {
        let from_start = loader(1);
        let epochs = [epoch(&from_start), epoch(&from_start), epoch(&from_start)];
        assert_eq!(epoch(&loader(3)), epochs[2]);
        assert_ne!(epochs[1], epochs[2]);
    }

    #[test]
    fn slices_hand_out_the_same_epoch_in_parts() {
        let whole = epoch(&loader(1)).concat();
        let loader = loader(1);
        let slices = [loader.slice(0, 10), loader.slice(10, 23)];
        assert_eq!(slices[1].num_items(), 13);
        let parts = slices.map(|slice| epoch(&*slice).concat());
        assert_eq!(parts.concat(), whole);
    }

    #[test]
    fn chosen_images_come_unmixed_and_in_their_order() {
        let parent = loader(1);
        let chosen = parent.chosen(&[22, 5, 10]);
        assert_eq!(chosen.num_items(), 3);
        let expected = [220_u8, 50, 100].map(|value| f32::from(value) / 255.0);
        for _ in 0..2 {
            let found = epoch(&chosen).concat();
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
            }
            assert_eq!(found.len(), 3);
        }
        let slice = chosen.slice(1, 3);
        assert_eq!(epoch(&*slice).concat(), epoch(&chosen).concat()[1..]);
        assert_eq!(epoch(&parent), epoch(&loader(1)));
    }

    #[test]
    fn progress_counts_images() {
        let loader = loader(1);
        let mut batches = loader.iter();
        batches.next();
        let progress = batches.progress();
        assert_eq!((progress.items_processed, progress.items_total), (8, 23));
    }
}
