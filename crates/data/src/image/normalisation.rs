//! The constants that pixels are normalised with.

use burn::tensor::{Device, Tensor, TensorData};
use burn_flex_kernels::PixelConstants;
use serde::{Deserialize, Serialize};

use crate::Images;

/// Mean and standard deviation of each channel, used to normalise pixels in `[0, 1]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// Mean of each channel.
    pub mean: Vec<f64>,
    /// Standard deviation of each channel; positive.
    pub std: Vec<f64>,
}

impl Normalisation {
    /// The constants commonly used for CIFAR-10's training images.
    pub fn cifar10() -> Self {
        Self {
            mean: vec![0.4914, 0.4822, 0.4465],
            std: vec![0.2470, 0.2435, 0.2616],
        }
    }

    /// Leaves pixels in `[0, 1]`.
    pub fn identity(channels: usize) -> Self {
        Self {
            mean: vec![0.0; channels],
            std: vec![1.0; channels],
        }
    }

    /// Mean and deviation of these images, rounded to 6 decimals.
    ///
    /// A channel in which all pixels are equal gets the deviation 1, because no pixel can be divided by 0.
    pub fn of(images: &Images) -> Self {
        Self::of_statistics(images.channel_statistics())
    }

    /// As [`of`](Self::of), from the mean and deviation of each channel.
    pub(crate) fn of_statistics(statistics: Vec<(f64, f64)>) -> Self {
        let rounded = |value: f64| (value * 1e6).round() / 1e6;
        let (mean, std): (Vec<f64>, Vec<f64>) = statistics.into_iter().unzip();
        let std = std.into_iter().map(rounded);
        Self {
            mean: mean.into_iter().map(rounded).collect(),
            std: std.map(|std| if std > 0.0 { std } else { 1.0 }).collect(),
        }
    }

    /// The factor and the summand of each channel that normalise pixels, f32 `[1, channels, 1, 1]` each.
    /// `largest` is the value of a white pixel: 255 or 1.
    ///
    /// # Formula
    /// (x / largest − mean) / std = x · 1 / (largest · std) + (−mean / std)
    pub fn scale_and_shift(&self, largest: f64, device: &Device) -> [Tensor<4>; 2] {
        let PixelConstants { scale, shift } = self.constants(largest);
        [scale, shift].map(|values| {
            let shape = [1, values.len(), 1, 1];
            Tensor::from_data(TensorData::new(values, shape), device)
        })
    }

    /// As [`scale_and_shift`](Self::scale_and_shift), on the host.
    pub(crate) fn constants(&self, largest: f64) -> PixelConstants {
        let scale = self.std.iter().map(|std| (1.0 / (largest * std)) as f32);
        let both = self.mean.iter().zip(&self.std);
        let shift = both.map(|(mean, std)| (-mean / std) as f32);
        PixelConstants {
            scale: scale.collect(),
            shift: shift.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImageShape;

    #[test]
    fn the_images_own_constants_give_them_mean_zero_and_deviation_one() {
        let shape = ImageShape {
            channels: 2,
            height: 1,
            width: 2,
        };
        let images = Images::from_parts(shape, vec![51, 153, 7, 7], vec![0]);
        let found = Normalisation::of(&images);
        assert_eq!(found.mean, [0.4, 0.027451]);
        // All pixels of the second channel are equal.
        assert_eq!(found.std, [0.2, 1.0]);
    }

    #[test]
    fn scale_and_shift_are_those_of_the_formula() {
        let constants = Normalisation {
            mean: vec![0.5],
            std: vec![0.25],
        };
        let values = constants
            .scale_and_shift(255.0, &Device::flex())
            .map(|tensor| tensor.into_data().try_to_vec::<f32>().unwrap());
        assert_eq!(values, [[1.0_f32 / 63.75], [-2.0]]);
    }
}
