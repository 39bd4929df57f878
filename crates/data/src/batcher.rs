//! From a slice of an epoch's plan to the tensors of one batch, on the device.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::{CHANNELS, Draw, IMAGE_BYTES, Images, SIDE};

/// Mean and standard deviation of each channel, by which pixels in `[0, 1]` are normalised.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// Mean of red, green and blue.
    pub mean: [f64; CHANNELS],
    /// Standard deviation of red, green and blue; positive.
    pub std: [f64; CHANNELS],
}

impl Normalisation {
    /// The constants in common use for CIFAR-10's training images.
    pub const CIFAR10: Self = Self {
        mean: [0.4914, 0.4822, 0.4465],
        std: [0.2470, 0.2435, 0.2616],
    };
    /// Pixels stay in `[0, 1]`.
    pub const NONE: Self = Self {
        mean: [0.0; CHANNELS],
        std: [1.0; CHANNELS],
    };
}

/// How the images lie on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelStorage {
    /// One byte a pixel value.
    U8,
    /// Four pixel values in one 32-bit integer, for devices without a byte type (WGSL).
    Packed,
}

impl PixelStorage {
    /// Bytes where the device has them, else four to an integer.
    pub fn of(device: &Device) -> Self {
        if device.supports_dtype(DType::U8) {
            Self::U8
        } else {
            Self::Packed
        }
    }
}

impl std::fmt::Display for PixelStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::U8 => "u8",
            Self::Packed => "4 x u8 in i32",
        })
    }
}

/// One batch, ready for a network.
#[derive(Clone, Debug)]
pub struct MixupBatch {
    /// Normalised and mixed images, f32 `[rows, 3, 32, 32]`.
    pub images: Tensor<4>,
    /// Soft labels, f32 `[rows, classes]`; every row sums to 1.
    pub targets: Tensor<2>,
    /// The images of the batch; rows behind them only give it its shape.
    pub count: usize,
    /// What a row counts for in a mean over all rows, f32 `[rows, 1]`: `rows / count`, and 0 behind the
    /// batch. `None` where every row counts the same.
    pub weights: Option<Tensor<2>>,
}

/// Turns [`Draw`]s into batches: gathers, mixes and normalises on the device.
///
/// The images are uploaded once, a byte a pixel value. A batch sends up only the indices of images
/// and partners, and λ.
///
/// # Formula
/// x = λ xᵢ + (1 − λ) xⱼ and y = λ yᵢ + (1 − λ) yⱼ, x normalised by (x / 255 − mean) / std, which
/// commutes with mixing and is done once, after it.
#[derive(Clone, Debug)]
pub struct MixupBatcher {
    /// `[N, 3072]` bytes or `[N, 768]` packed integers.
    pixels: Tensor<2, Int>,
    storage: PixelStorage,
    /// `[N, classes]`, one row a label.
    one_hot: Tensor<2>,
    /// `[1, 3, 1, 1]`: 1 / (255 std).
    scale: Tensor<4>,
    /// `[1, 3, 1, 1]`: −mean / std.
    shift: Tensor<4>,
}

impl MixupBatcher {
    /// Uploads `images` to `device`.
    ///
    /// # Panics
    /// Where a label is not below `classes`.
    pub fn new(
        images: Images,
        classes: usize,
        normalisation: &Normalisation,
        device: &Device,
    ) -> Self {
        let storage = PixelStorage::of(device);
        Self::with_storage(images, classes, normalisation, storage, device)
    }

    fn with_storage(
        images: Images,
        classes: usize,
        normalisation: &Normalisation,
        storage: PixelStorage,
        device: &Device,
    ) -> Self {
        // Batches need no gradients; on the plain device their operations leave no trace.
        let device = &device.clone().without_autodiff();
        let count = images.len();
        let (pixels, labels) = images.into_parts();
        let mut one_hot = vec![0.0_f32; count * classes];
        for (row, &label) in one_hot.chunks_exact_mut(classes).zip(&labels) {
            row[usize::from(label)] = 1.0;
        }
        let pixels = match storage {
            PixelStorage::U8 => Tensor::from_data(
                TensorData::new(pixels, [count, IMAGE_BYTES]),
                (device, DType::U8),
            ),
            PixelStorage::Packed => {
                let words: Vec<i32> = pixels
                    .chunks_exact(4)
                    .map(|four| i32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                    .collect();
                Tensor::from_data(
                    TensorData::new(words, [count, IMAGE_BYTES / 4]),
                    (device, DType::I32),
                )
            }
        };
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
            pixels,
            storage,
            one_hot: Tensor::from_data(TensorData::new(one_hot, [count, classes]), device),
            scale: per_channel(|_, std| 1.0 / (255.0 * std)),
            shift: per_channel(|mean, std| -mean / std),
        }
    }

    /// How many images lie on the device.
    pub fn len(&self) -> usize {
        self.pixels.dims()[0]
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the images lie, without autodiff.
    pub fn device(&self) -> Device {
        self.pixels.device()
    }

    /// The same batcher with its images on `device`.
    ///
    /// # Panics
    /// Where `device` stores images in another way: a batcher of its own belongs there.
    #[must_use]
    pub fn to_device(&self, device: &Device) -> Self {
        let device = &device.clone().without_autodiff();
        assert_eq!(self.storage, PixelStorage::of(device), "storage of images");
        Self {
            pixels: self.pixels.clone().to_device(device),
            storage: self.storage,
            one_hot: self.one_hot.clone().to_device(device),
            scale: self.scale.clone().to_device(device),
            shift: self.shift.clone().to_device(device),
        }
    }

    /// The batch of `draws`, in their order.
    ///
    /// # Panics
    /// Where `draws` is empty. An index out of range is not checked on every device.
    pub fn mix(&self, draws: &[Draw]) -> MixupBatch {
        let lambda: Vec<f32> = draws.iter().map(|draw| draw.lambda as f32).collect();
        let lambda = TensorData::new(lambda, [draws.len(), 1]);
        let lambda = Tensor::from_data(lambda, &self.device());
        let (images, targets) = self.gather(draws, lambda);
        MixupBatch {
            images,
            targets,
            count: draws.len(),
            weights: None,
        }
    }

    /// The batch of `draws`, in their order, filled up to `rows` by repeating the last; its weights say
    /// so, also where nothing is filled, so that the device does the same whatever the batch's size.
    ///
    /// # Panics
    /// Where `draws` is empty. An index out of range is not checked on every device.
    pub fn mix_filled(&self, draws: &[Draw], rows: usize) -> MixupBatch {
        let count = draws.len();
        let rows = rows.max(count);
        let mut filled = draws.to_vec();
        filled.resize(rows, draws[count - 1]);
        let weight = rows as f32 / count as f32;
        // λ and weight go up in one piece.
        let columns: Vec<f32> = filled
            .iter()
            .enumerate()
            .flat_map(|(row, draw)| [draw.lambda as f32, if row < count { weight } else { 0.0 }])
            .collect();
        let columns = TensorData::new(columns, [rows, 2]);
        let columns = Tensor::<2>::from_data(columns, &self.device());
        let (images, targets) = self.gather(&filled, columns.clone().narrow(1, 0, 1));
        MixupBatch {
            images,
            targets,
            count,
            weights: Some(columns.narrow(1, 1, 1)),
        }
    }

    /// Images and targets of `draws`, mixed by `lambda`, `[draws, 1]`.
    fn gather(&self, draws: &[Draw], lambda: Tensor<2>) -> (Tensor<4>, Tensor<2>) {
        let batch = draws.len();
        let device = &self.device();
        // Image and partner indices go up, and their rows are gathered, in one piece.
        let images = draws.iter().map(|draw| draw.image as i32);
        let partners = draws.iter().map(|draw| draw.partner as i32);
        let indices: Vec<i32> = images.chain(partners).collect();
        let indices = Tensor::<1, Int>::from_data(TensorData::new(indices, [2 * batch]), device);

        let pixels = self.unpack(self.pixels.clone().select(0, indices.clone()));
        let pixels = blend(pixels, lambda.clone(), batch);
        let images = pixels.reshape([batch, CHANNELS, SIDE, SIDE]);
        let targets = blend(self.one_hot.clone().select(0, indices), lambda, batch);
        (images * self.scale.clone() + self.shift.clone(), targets)
    }

    /// Gathered rows as f32 `[rows, 3072]`, values 0 to 255.
    fn unpack(&self, rows: Tensor<2, Int>) -> Tensor<2> {
        match self.storage {
            PixelStorage::U8 => rows.float(),
            PixelStorage::Packed => {
                let [count, words] = rows.dims();
                let bytes = (0..4)
                    .map(|byte| {
                        let shifted = rows.clone().bitwise_right_shift_scalar(8 * byte);
                        shifted.bitwise_and_scalar(255)
                    })
                    .collect();
                Tensor::stack::<3>(bytes, 2)
                    .reshape([count, words * 4])
                    .float()
            }
        }
    }
}

/// λ of the first `batch` rows and 1 − λ of the last `batch`.
fn blend(rows: Tensor<2>, lambda: Tensor<2>, batch: usize) -> Tensor<2> {
    let first = rows.clone().narrow(0, 0, batch);
    let partner = rows.narrow(0, batch, batch);
    first * lambda.clone() + partner * (lambda.neg() + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EpochPlan, Mixing, Selection};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const CIFAR10: Normalisation = Normalisation::CIFAR10;

    fn noise(count: usize) -> Images {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut images = Images::with_capacity(count);
        for index in 0..count {
            let pixels: Vec<u8> = (0..IMAGE_BYTES).map(|_| rng.random()).collect();
            images.push(&pixels, (index * 7 % 10) as u8);
        }
        images
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    /// The formula, one value after the other, in f64.
    fn by_hand(images: &Images, draws: &[Draw]) -> (Vec<f64>, Vec<f64>) {
        let (mut pixels, mut targets) = (vec![], vec![]);
        for draw in draws {
            let (i, j) = (draw.image as usize, draw.partner as usize);
            for at in 0..IMAGE_BYTES {
                let channel = at / (SIDE * SIDE);
                let normal = |index: usize| {
                    (f64::from(images.image(index)[at]) / 255.0 - CIFAR10.mean[channel])
                        / CIFAR10.std[channel]
                };
                pixels.push(draw.lambda * normal(i) + (1.0 - draw.lambda) * normal(j));
            }
            let mut row = vec![0.0; 10];
            row[usize::from(images.labels()[i])] += draw.lambda;
            row[usize::from(images.labels()[j])] += 1.0 - draw.lambda;
            targets.extend(row);
        }
        (pixels, targets)
    }

    fn assert_close(found: &[f32], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
            let gap = (f64::from(found) - expected).abs();
            assert!(gap < 1e-6, "value {index}: {found} instead of {expected}");
        }
    }

    #[test]
    fn both_storages_mix_as_the_formula_does() {
        let images = noise(40);
        let mixing = Mixing::new(0.4, Selection::Every(2)).unwrap();
        let plan = EpochPlan::draw(9, 1, images.len(), &mixing);
        let (pixels, targets) = by_hand(&images, plan.draws());
        for storage in [PixelStorage::U8, PixelStorage::Packed] {
            let device = &Device::flex();
            let batcher = MixupBatcher::with_storage(images.clone(), 10, &CIFAR10, storage, device);
            let batch = batcher.mix(plan.draws());
            assert_eq!(batch.images.dims(), [40, 3, 32, 32]);
            assert_close(&values(batch.images), &pixels);
            assert_close(&values(batch.targets), &targets);
        }
    }

    #[test]
    fn target_rows_sum_to_one_also_for_pairs_of_one_class() {
        let mut images = Images::default();
        for _ in 0..2 {
            images.push(&[3; IMAGE_BYTES], 4);
        }
        let batcher = MixupBatcher::new(images, 10, &CIFAR10, &Device::flex());
        let draw = Draw {
            image: 0,
            partner: 1,
            lambda: 0.3,
        };
        let row = values(batcher.mix(&[draw]).targets);
        assert_eq!(row[4], 1.0);
        assert_eq!(row.iter().sum::<f32>(), 1.0);
    }

    #[test]
    fn a_filled_batch_is_the_batch_with_rows_behind_it() {
        let batcher = MixupBatcher::new(noise(5), 10, &CIFAR10, &Device::flex());
        let plan = EpochPlan::in_order(3);
        let batch = batcher.mix(plan.draws());
        assert!(batch.weights.is_none());
        let filled = batcher.mix_filled(plan.draws(), 5);
        assert_eq!((filled.count, filled.images.dims()[0]), (3, 5));
        let (images, targets) = (filled.images, filled.targets);
        assert_eq!(values(images.narrow(0, 0, 3)), values(batch.images));
        assert_eq!(values(targets.narrow(0, 0, 3)), values(batch.targets));
        let weights = values(filled.weights.unwrap());
        let of_image = 5.0 / 3.0;
        assert_eq!(weights, [of_image, of_image, of_image, 0.0, 0.0]);
        let whole = batcher.mix_filled(plan.draws(), 3);
        assert_eq!(values(whole.weights.unwrap()), [1.0; 3]);
    }

    #[test]
    fn an_unmixed_image_is_only_normalised() {
        let images = noise(3);
        let batcher = MixupBatcher::new(images.clone(), 10, &CIFAR10, &Device::flex());
        let plan = EpochPlan::in_order(3);
        let (pixels, targets) = by_hand(&images, plan.draws());
        let batch = batcher.mix(plan.draws());
        assert_close(&values(batch.images), &pixels);
        assert_close(&values(batch.targets), &targets);
    }
}
