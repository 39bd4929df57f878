//! From images with the channels first to images with the channels last.

use rayon::prelude::*;

use crate::buffers;

/// Pixels that are moved together, so that both reads and writes use whole cache lines.
const STRIP: usize = 16;

/// Converts `[batch, channels, pixels]` to `[batch, pixels, channels]`.
///
/// # Panics
/// If the values are not whole images.
pub(crate) fn channels_last(images: &[f32], channels: usize, pixels: usize) -> Vec<f32> {
    let mut target = buffers::take(images.len());
    if images.is_empty() {
        return target;
    }
    assert!(
        images.len().is_multiple_of(channels * pixels),
        "whole images"
    );
    let pairs = images
        .par_chunks_exact(channels * pixels)
        .zip(target.par_chunks_exact_mut(channels * pixels));
    pairs.for_each(|(image, target)| {
        for (strip, target) in target.chunks_mut(STRIP * channels).enumerate() {
            for channel in 0..channels {
                let start = channel * pixels + strip * STRIP;
                let values = &image[start..start + target.len() / channels];
                for (pixel, &value) in values.iter().enumerate() {
                    target[pixel * channels + channel] = value;
                }
            }
        }
    });
    target
}

#[cfg(test)]
mod tests;
