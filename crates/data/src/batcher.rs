//! Turns a slice of an epoch's plan into the tensors of one batch, on the device.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::batcher::blend::Shares;
use crate::batcher::hidden::partner_rows;
use crate::{BatchPlan, CHANNELS, Draw, Images, SIDE};

pub use crate::batcher::hidden::HiddenMix;
pub use crate::batcher::normalisation::Normalisation;
pub use crate::batcher::storage::PixelStorage;

mod blend;
mod hidden;
mod normalisation;
mod storage;
mod view;

/// One batch, ready for a network.
#[derive(Clone, Debug)]
pub struct MixupBatch {
    /// Normalised images, f32 `[rows, 3, 32, 32]`. They are mixed, unless `hidden` is set.
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
    /// `[N, 3072]` bytes or `[N, 768]` packed integers.
    pixels: Tensor<2, Int>,
    storage: PixelStorage,
    /// One-hot labels, `[N, classes]`.
    one_hot: Tensor<2>,
    /// 1 / (255 std), `[1, 3, 1, 1]`.
    scale: Tensor<4>,
    /// −mean / std, `[1, 3, 1, 1]`.
    shift: Tensor<4>,
}

impl MixupBatcher {
    /// Uploads `images` to `device`.
    ///
    /// # Panics
    /// If a label is not below `classes`.
    pub fn new(
        images: Images,
        classes: usize,
        normalisation: &Normalisation,
        device: &Device,
    ) -> Self {
        let storage = PixelStorage::for_device(device);
        Self::with_storage(images, classes, normalisation, storage, device)
    }

    fn with_storage(
        images: Images,
        classes: usize,
        normalisation: &Normalisation,
        storage: PixelStorage,
        device: &Device,
    ) -> Self {
        // Batches need no gradients. Operations on the device without autodiff are not recorded.
        let device = &device.clone().without_autodiff();
        let count = images.len();
        let (pixels, labels) = images.into_parts();
        let mut one_hot = vec![0.0_f32; count * classes];
        for (row, &label) in one_hot.chunks_exact_mut(classes).zip(&labels) {
            row[usize::from(label)] = 1.0;
        }
        let per_channel = |value: fn(f64, f64) -> f64| {
            let values: Vec<f32> = normalisation
                .mean
                .iter()
                .zip(normalisation.std)
                .map(|(&mean, std)| value(mean, std) as f32)
                .collect();
            Tensor::from_data(TensorData::new(values, [1, CHANNELS, 1, 1]), device)
        };
        Self {
            pixels: storage.upload(pixels, device),
            storage,
            one_hot: Tensor::from_data(TensorData::new(one_hot, [count, classes]), device),
            scale: per_channel(|_, std| 1.0 / (255.0 * std)),
            shift: per_channel(|mean, std| -mean / std),
        }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.pixels.dims()[0]
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The device of the images, without autodiff.
    pub(crate) fn device(&self) -> Device {
        self.pixels.device()
    }

    /// The same batcher with its images on `device`.
    ///
    /// # Panics
    /// If `device` needs another [`PixelStorage`]; upload the images to it with [`new`](Self::new).
    #[must_use]
    pub(crate) fn to_device(&self, device: &Device) -> Self {
        let device = &device.clone().without_autodiff();
        assert_eq!(
            self.storage,
            PixelStorage::for_device(device),
            "storage of images"
        );
        Self {
            pixels: self.pixels.clone().to_device(device),
            storage: self.storage,
            one_hot: self.one_hot.clone().to_device(device),
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
        let shares = Shares::upload(&draws, rows.map(|_| count), device);
        // One upload and one gather serve both images and partners.
        let indices = image_and_partner_indices(&draws);
        let data = TensorData::new(indices.clone(), [indices.len()]);
        let on_device = Tensor::<1, Int>::from_data(data, device);
        let (images, hidden) = match plan.stage {
            None => {
                let pixels = self.views_of(&indices, on_device.clone(), plan);
                (shares.mix(pixels), None)
            }
            Some(stage) => {
                let own = draws.len();
                let pixels = on_device.clone().narrow(0, 0, own);
                let pixels = self.views_of(&indices[..own], pixels, plan);
                let partners = partner_rows(&draws);
                (pixels, Some(HiddenMix::new(stage, &partners, &shares)))
            }
        };
        let images = images.reshape([draws.len(), CHANNELS, SIDE, SIDE]);
        let labels = self.one_hot.clone().select(0, on_device);
        let targets = shares.targets(labels, plan);
        MixupBatch {
            images: images * self.scale.clone() + self.shift.clone(),
            targets,
            count,
            weights: shares.weights,
            hidden,
        }
    }

    /// The views of the images at `indices`, f32 `[images, 3072]`, values 0 to 255. `on_device` holds the
    /// same indices.
    fn views_of(
        &self,
        indices: &[i32],
        on_device: Tensor<1, Int>,
        plan: &BatchPlan<'_>,
    ) -> Tensor<2> {
        let rows = self
            .storage
            .unpack(self.pixels.clone().select(0, on_device));
        if plan.views.is_none() {
            return rows;
        }
        let views = indices.iter().map(|&image| plan.view(image as u32));
        view::apply(rows, views)
    }
}

/// The indices of all images, followed by those of their partners.
fn image_and_partner_indices(draws: &[Draw]) -> Vec<i32> {
    let images = draws.iter().map(|draw| draw.image as i32);
    let partners = draws.iter().map(|draw| draw.partner as i32);
    images.chain(partners).collect()
}

#[cfg(test)]
mod tests;
