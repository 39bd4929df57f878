//! Turns a slice of an epoch's plan into the tensors of one batch, on the device.

use std::sync::{Arc, OnceLock};

use burn::tensor::{Device, Int, Tensor};
use burn_flex_kernels::{ImageStore, PixelConstants};

use crate::batch::{draws_of_rows, row_weights};
use crate::image::UploadedPixels;
use crate::image::batcher::blend::Shares;
use crate::image::batcher::hidden::partner_rows;
use crate::image::held_rows::{HeldPixels, HeldRows};
use crate::image::retouched_rows::retouched;
use crate::label::targets::targets_by;
use crate::split::Store;
use crate::{BatchPlan, DataError, Draw, ImageShape, Images, MixupBatch, Normalisation, Split};

pub use crate::image::batcher::hidden::HiddenMix;

mod blend;
mod composed;
mod hidden;
mod one_pass;

/// Turns the plan for a batch into the batch. Gathers, shifts, mirrors, mixes and normalises on the device.
///
/// The images are uploaded once, one byte per pixel value, or read from a file batch by batch. On the CPU, the kernels
/// of `burn-flex-kernels` make a batch from them in one pass. Elsewhere, and with
/// [`Kernels::Burn`](burn_flex_kernels::Kernels::Burn), a batch is composed of Burn's operations; then only the
/// indices of images and partners, λ, and any views and patches are uploaded for it. Both give the same bits.
///
/// # Formula
/// x = w xᵢ + (1 − w) xⱼ and y = λ yᵢ + (1 − λ) yⱼ. The weight w is λ; with a patch it is 0 inside the
/// patch and 1 outside. x is normalised to (x / 255 − mean) / std once, after mixing, because
/// normalising commutes with it.
#[derive(Clone, Debug)]
pub struct MixupBatcher {
    split: Split,
    shape: ImageShape,
    /// The uploaded image at each position, `[N]`; `None` for all of them in order.
    rows: Option<Tensor<1, Int>>,
    /// The class at each position, `[N]`.
    labels: Tensor<1, Int>,
    /// The bytes of all stored images, once they are needed on the host though they are on another device.
    bytes: Arc<OnceLock<Vec<u8>>>,
    classes: usize,
    constants: PixelConstants,
    /// 1 / (255 std), `[1, channels, 1, 1]`.
    scale: Tensor<4>,
    /// −mean / std, `[1, channels, 1, 1]`.
    shift: Tensor<4>,
}

/// The pixels that a batch is made of.
enum BatchPixels<'a> {
    /// Those of all stored images.
    Uploaded(&'a UploadedPixels),
    /// Those of the images of this batch.
    Held(Box<HeldPixels>),
}

/// A batch before its targets are made.
struct Drafted {
    images: Tensor<4>,
    /// The labels of the images and of their partners, `[rows]` each.
    labels: [Tensor<1, Int>; 2],
    shares: Shares,
}

impl MixupBatcher {
    /// Uploads `images` to `device` and makes batches of them.
    ///
    /// # Panics
    /// As for [`of`](Self::of).
    pub fn new(
        images: Images,
        classes: usize,
        normalisation: &Normalisation,
        device: &Device,
    ) -> Self {
        Self::of(&Split::upload(images, device), classes, normalisation)
    }

    /// Makes batches of the images of `split`, whose pixels it shares.
    ///
    /// # Panics
    /// If `split` holds no images, if a label is not below `classes`, or if the normalisation has not one mean and one
    /// deviation per channel.
    pub fn of(split: &Split, classes: usize, normalisation: &Normalisation) -> Self {
        let shape = split.shape().image().expect("a split of images");
        let channels = shape.channels;
        let constants = (normalisation.mean.len(), normalisation.std.len());
        assert_eq!(constants, (channels, channels), "constants of the channels");
        split.assert_classes(classes);
        let (rows, labels) = uploaded(split);
        let [scale, shift] = normalisation.scale_and_shift(255.0, &split.device());
        Self {
            split: split.clone(),
            shape,
            rows,
            labels,
            bytes: Arc::default(),
            classes,
            constants: normalisation.constants(255.0),
            scale,
            shift,
        }
    }

    /// Makes batches of the images at these positions, in this order.
    ///
    /// # Panics
    /// If a position is not below [`len`](Self::len).
    #[must_use]
    pub(crate) fn select(&self, positions: &[u32]) -> Self {
        let split = self.split.select(positions);
        let (rows, labels) = uploaded(&split);
        Self {
            split,
            rows,
            labels,
            ..self.clone()
        }
    }

    /// The number of classes.
    pub(crate) fn classes(&self) -> usize {
        self.classes
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.split.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Channels, height and width of each image.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The device of the images, without autodiff.
    pub(crate) fn device(&self) -> Device {
        self.labels.device()
    }

    /// The same batcher with its images on `device`.
    ///
    /// # Panics
    /// If `device` needs another [`PixelStorage`](crate::PixelStorage); upload the images to it with
    /// [`new`](Self::new).
    #[must_use]
    pub(crate) fn to_device(&self, device: &Device) -> Self {
        let device = &device.clone().without_autodiff();
        Self {
            split: self.split.to_device(device),
            shape: self.shape,
            rows: self.rows.clone().map(|rows| rows.to_device(device)),
            labels: self.labels.clone().to_device(device),
            bytes: Arc::clone(&self.bytes),
            classes: self.classes,
            constants: self.constants.clone(),
            scale: self.scale.clone().to_device(device),
            shift: self.shift.clone().to_device(device),
        }
    }

    /// The images of the batches, as they were given.
    pub(crate) fn split(&self) -> &Split {
        &self.split
    }

    /// The batch of `draws`, in their order, mixed by the formula.
    ///
    /// # Errors
    /// As for [`make`](Self::make).
    ///
    /// # Panics
    /// As for [`make`](Self::make).
    pub fn mix(&self, draws: &[Draw]) -> Result<MixupBatch, DataError> {
        self.make(&draws.into(), None)
    }

    /// The batch of `plan`, in its order.
    ///
    /// If `rows` is given, the batch is padded to that many rows by repeating its last image. The batch
    /// then always has weights, even without padding, so that the device runs the same operations for
    /// every batch. If the plan asks for images with their mixes, there are twice as many rows, the images as they
    /// are first.
    ///
    /// # Errors
    /// Images in a file that cannot be read. Uploaded images give no error.
    ///
    /// # Panics
    /// If the plan has no draws, if the network is to mix images that are with their mixes, or with manifold mixup if a
    /// partner is not in the batch. Not every device checks for an image index that is out of range.
    pub fn make(&self, plan: &BatchPlan<'_>, rows: Option<usize>) -> Result<MixupBatch, DataError> {
        self.make_from(plan, rows, None)
    }

    /// As [`make`](Self::make), with the pixels that were read for this plan already, if they were.
    pub(crate) fn make_from(
        &self,
        plan: &BatchPlan<'_>,
        rows: Option<usize>,
        held: Option<HeldRows>,
    ) -> Result<MixupBatch, DataError> {
        let count = plan.draws.len();
        let draws = draws_of_rows(plan.draws, rows, plan.with_clean.is_some());
        let row_weights = row_weights(count, rows, plan.with_clean);
        if plan.with_clean.is_some() {
            assert!(
                plan.stage.is_none(),
                "images with their mixes are mixed by the batcher"
            );
        }
        let padded = BatchPlan {
            draws: &draws,
            ..*plan
        };
        let row_weights = row_weights.as_deref();
        let (pixels, padded) = self.pixels_of(padded, held)?;
        let Drafted {
            images,
            labels,
            shares,
        } = self
            .in_one_pass(&padded, row_weights, &pixels)
            .unwrap_or_else(|| self.composed(&padded, row_weights, &pixels));
        let lambda = shares.lambda.clone();
        Ok(MixupBatch {
            inputs: images,
            targets: targets_by(plan.targets, plan.smoothing, labels, lambda, self.classes),
            count,
            hidden: plan
                .stage
                .map(|stage| HiddenMix::new(stage, &partner_rows(&draws), &shares)),
            weights: shares.weights,
        })
    }

    /// The pixels for the batch of `plan`, and what is left to do with them. Reads them unless they are `held` or
    /// uploaded. Images that are retouched are viewed already.
    fn pixels_of<'a>(
        &self,
        plan: BatchPlan<'a>,
        held: Option<HeldRows>,
    ) -> Result<(BatchPixels<'_>, BatchPlan<'a>), DataError> {
        let held = match (self.split.store(), held) {
            (Store::Images(uploaded), _) if plan.retouches.is_none() => {
                return Ok((BatchPixels::Uploaded(uploaded), plan));
            }
            (Store::Images(uploaded), _) => {
                let device = &self.device();
                if ImageStore::is_for(device) {
                    HeldRows::gathered(uploaded, self.chosen(), plan.draws)
                } else {
                    // Reading from the device for each batch would wait for it.
                    let bytes = self.bytes.get_or_init(|| uploaded.download());
                    HeldRows::copied(bytes, self.shape(), self.chosen(), plan.draws)
                }
            }
            (Store::File { .. }, Some(held)) => held,
            (Store::File { rows, .. }, None) => HeldRows::read(rows, self.chosen(), plan.draws)?,
            (Store::Clouds { .. }, _) => unreachable!("`of` takes splits of images"),
        };
        let (held, left) = match plan.retouches {
            None => (held, plan),
            Some(retouches) => {
                let image = |position| held.image(self.chosen(), position, self.shape());
                let retouched = retouched(&plan, retouches, self.shape(), &image);
                (
                    retouched,
                    BatchPlan {
                        views: None,
                        ..plan
                    },
                )
            }
        };
        let held = held.upload(self.shape(), &plan, &self.device());
        Ok((BatchPixels::Held(Box::new(held)), left))
    }

    /// The stored image at each position; `None` for all of them in order.
    fn chosen(&self) -> Option<&[u32]> {
        self.split.rows().map(|rows| &rows[..])
    }
}

/// The stored image at each position of `split`, unless that is all of them in order, and the class at each position.
fn uploaded(split: &Split) -> (Option<Tensor<1, Int>>, Tensor<1, Int>) {
    let device = &split.device();
    let labels: Vec<i32> = split.labels().iter().map(|&label| label.into()).collect();
    let rows = split.rows().map(|rows| {
        let rows: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
        Tensor::from_data(&rows[..], device)
    });
    (rows, Tensor::from_data(&labels[..], device))
}

#[cfg(test)]
mod tests;
