//! Turns a slice of an epoch's plan into the tensors of one batch, on the device.

use burn::tensor::{Device, Int, Tensor};

use crate::image::batcher::blend::Shares;
use crate::image::batcher::hidden::partner_rows;
use crate::image::split::UploadedPixels;
use crate::image::view::look;
use crate::label::targets::targets_by;
use crate::{BatchPlan, Draw, ImageShape, Images, Normalisation, Split, View};

pub use crate::image::batcher::hidden::HiddenMix;

mod blend;
mod hidden;

/// One batch, ready for a network.
#[derive(Clone, Debug)]
pub struct MixupBatch {
    /// Normalised images, f32 `[rows, channels, height, width]`. They are mixed, unless `hidden` is set.
    pub images: Tensor<4>,
    /// Soft labels of the mixed images, f32 `[rows, classes]`. Every row sums to 1, except with
    /// [`Targets::AsPrinted`](crate::Targets::AsPrinted).
    pub targets: Tensor<2>,
    /// The number of images in the batch. Rows after them are padding.
    pub count: usize,
    /// The weight of each row in a mean over all rows, f32 `[rows, 1]`: `rows / count` for images, 0 for
    /// padding. `None` if every row has the same weight.
    pub weights: Option<Tensor<2>>,
    /// What the network itself has to mix, with manifold mixup.
    pub hidden: Option<HiddenMix>,
}

/// Turns the plan for a batch into the batch. Gathers, shifts, mirrors, mixes and normalises on the device.
///
/// The images are uploaded once, one byte per pixel value. For each batch only the indices of images and
/// partners, λ, and any views and patches are uploaded.
///
/// # Formula
/// x = w xᵢ + (1 − w) xⱼ and y = λ yᵢ + (1 − λ) yⱼ. The weight w is λ; with a patch it is 0 inside the
/// patch and 1 outside. x is normalised to (x / 255 − mean) / std once, after mixing, because
/// normalising commutes with it.
#[derive(Clone, Debug)]
pub struct MixupBatcher {
    uploaded: UploadedPixels,
    /// The uploaded image at each position, `[N]`; `None` for all of them in order.
    rows: Option<Tensor<1, Int>>,
    /// The class at each position, `[N]`.
    labels: Tensor<1, Int>,
    classes: usize,
    /// 1 / (255 std), `[1, channels, 1, 1]`.
    scale: Tensor<4>,
    /// −mean / std, `[1, channels, 1, 1]`.
    shift: Tensor<4>,
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
    /// If a label is not below `classes`, or the normalisation has not one mean and one deviation per channel.
    pub fn of(split: &Split, classes: usize, normalisation: &Normalisation) -> Self {
        let device = &split.device();
        let (channels, labels) = (split.shape().channels, split.labels());
        let constants = (normalisation.mean.len(), normalisation.std.len());
        assert_eq!(constants, (channels, channels), "constants of the channels");
        let largest = labels.iter().max().map_or(0, |&label| usize::from(label));
        assert!(
            largest < classes,
            "expected labels below {classes}, found {largest}"
        );
        let labels: Vec<i32> = labels.iter().map(|&label| label.into()).collect();
        let [scale, shift] = normalisation.scale_and_shift(255.0, device);
        Self {
            uploaded: split.uploaded().clone(),
            rows: split.rows().map(|rows| {
                let rows: Vec<i32> = rows.iter().map(|&row| row as i32).collect();
                Tensor::from_data(&rows[..], device)
            }),
            labels: Tensor::from_data(&labels[..], device),
            classes,
            scale,
            shift,
        }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.dims()[0]
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Channels, height and width of each image.
    pub fn shape(&self) -> ImageShape {
        self.uploaded.shape
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
            uploaded: self.uploaded.to_device(device),
            rows: self.rows.clone().map(|rows| rows.to_device(device)),
            labels: self.labels.clone().to_device(device),
            classes: self.classes,
            scale: self.scale.clone().to_device(device),
            shift: self.shift.clone().to_device(device),
        }
    }

    /// The batch of `draws`, in their order, mixed by the formula.
    ///
    /// # Panics
    /// As for [`make`](Self::make).
    pub fn mix(&self, draws: &[Draw]) -> MixupBatch {
        self.make(&draws.into(), None)
    }

    /// The batch of `plan`, in its order.
    ///
    /// If `rows` is given, the batch is padded to that many rows by repeating its last image. The batch
    /// then always has weights, even without padding, so that the device runs the same operations for
    /// every batch.
    ///
    /// # Panics
    /// If the plan has no draws, or with manifold mixup if a partner is not in the batch. Not every device
    /// checks for an image index that is out of range.
    pub fn make(&self, plan: &BatchPlan<'_>, rows: Option<usize>) -> MixupBatch {
        let count = plan.draws.len();
        let mut draws = plan.draws.to_vec();
        if let Some(rows) = rows {
            draws.resize(rows.max(count), draws[count - 1]);
        }
        let device = &self.device();
        let padded = BatchPlan {
            draws: &draws,
            ..*plan
        };
        let shares = Shares::upload(&padded, rows.map(|_| count), self.shape(), device);
        // One upload and one gather serve both images and partners.
        let positions = image_and_partner_positions(&draws);
        let on_device = Tensor::<1, Int>::from_data(&positions[..], device);
        let own = draws.len();
        let (images, hidden) = match plan.stage {
            None => {
                let images = self.views_of(&positions, &on_device, plan);
                (shares.mix_halves(images), None)
            }
            Some(stage) => {
                let images = on_device.clone().narrow(0, 0, own);
                let images = self.views_of(&positions[..own], &images, plan);
                let partners = partner_rows(&draws);
                (images, Some(HiddenMix::new(stage, &partners, &shares)))
            }
        };
        let labels = self.labels.clone().select(0, on_device);
        let labels = [0, own].map(|first| labels.clone().narrow(0, first, own));
        let lambda = shares.lambda.clone();
        MixupBatch {
            images: images * self.scale.clone() + self.shift.clone(),
            targets: targets_by(plan.targets, plan.smoothing, labels, lambda, self.classes),
            count,
            weights: shares.weights,
            hidden,
        }
    }

    /// The views of the images at `positions`, f32 `[images, channels, height, width]`, values 0 to 255.
    /// `on_device` holds the same positions.
    fn views_of(
        &self,
        positions: &[i32],
        on_device: &Tensor<1, Int>,
        plan: &BatchPlan<'_>,
    ) -> Tensor<4> {
        let rows = match &self.rows {
            None => on_device.clone(),
            Some(rows) => rows.clone().select(0, on_device.clone()),
        };
        let images = self.uploaded.gather(rows);
        let Some(views) = plan.views else {
            return images;
        };
        let view = |&position: &i32| views[position as usize];
        let views: Vec<View> = positions.iter().map(view).collect();
        look(images, &views)
    }
}

/// The positions of all images, followed by those of their partners.
fn image_and_partner_positions(draws: &[Draw]) -> Vec<i32> {
    let images = draws.iter().map(|draw| draw.image as i32);
    let partners = draws.iter().map(|draw| draw.partner as i32);
    images.chain(partners).collect()
}

#[cfg(test)]
mod tests;
