//! The constants of each channel, repeated for the columns of a row.

use super::backward::NormBackwardPass;
use super::maps::NormLayer;
use super::sums::Sums;

/// What the output needs of each channel: z = factor (x − mean) + shift.
///
/// The mean is subtracted first. As part of one offset, it would cost the digits by which it exceeds the
/// deviation.
pub(super) struct OutputConstants {
    pub(super) mean: Vec<f32>,
    pub(super) factor: Vec<f32>,
    pub(super) shift: Vec<f32>,
}

impl OutputConstants {
    /// The constants of a layer, for rows of `len` values.
    pub(super) fn new(layer: &NormLayer<'_>, len: usize) -> Self {
        let factors = layer.statistics.factors(layer.scale, layer.epsilon);
        let factor: Vec<f32> = factors.iter().map(|&factor| factor as f32).collect();
        Self {
            mean: repeated(&layer.statistics.mean, len),
            factor: repeated(&factor, len),
            shift: repeated(layer.shift, len),
        }
    }
}

/// What the gradient of the input needs of each channel: dx = factor dz + slope x + offset.
pub(super) struct InputConstants {
    pub(super) factor: Vec<f32>,
    pub(super) slope: Vec<f32>,
    pub(super) offset: Vec<f32>,
}

impl InputConstants {
    /// The constants of a layer, for rows of `len` values.
    pub(super) fn new(pass: &NormBackwardPass<'_>, sums: &Sums, len: usize) -> Self {
        let layer = &pass.layer;
        let inverse = layer.statistics.inverse_deviations(layer.epsilon);
        let pixels = layer.shape.pixels() as f64;
        let (mut slope, mut offset) = (vec![], vec![]);
        for (channel, &inverse) in inverse.iter().enumerate() {
            let scale = f64::from(layer.scale[channel]);
            let mean = f64::from(layer.statistics.mean[channel]);
            let factor = scale * inverse / pixels;
            let along = -factor * inverse * inverse * sums.product[channel];
            slope.push(along as f32);
            offset.push((-factor * sums.gradient[channel] - along * mean) as f32);
        }
        if !pass.of_this_batch {
            slope.fill(0.0);
            offset.fill(0.0);
        }
        let factors = layer.statistics.factors(layer.scale, layer.epsilon);
        let factor: Vec<f32> = factors.iter().map(|&factor| factor as f32).collect();
        Self {
            factor: repeated(&factor, len),
            slope: repeated(&slope, len),
            offset: repeated(&offset, len),
        }
    }
}

/// Repeats the values of all channels up to `len` values.
pub(super) fn repeated(channels: &[f32], len: usize) -> Vec<f32> {
    channels.iter().copied().cycle().take(len).collect()
}
