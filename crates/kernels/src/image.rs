//! Images with the channels last: borders of zeros, and the way there from channels first.

use rayon::prelude::*;

use crate::pool;

/// Copies an image into one with a border of zeros.
///
/// `size` is height and width of `image`, `padded` those of `target`; `before` is the border above
/// and left of the image.
#[inline(always)]
pub(crate) fn pad(
    image: &[f32],
    channels: usize,
    size: [usize; 2],
    before: [usize; 2],
    padded: [usize; 2],
    target: &mut [f32],
) {
    let row = size[1] * channels;
    let left = before[1] * channels;
    for (y, target) in target.chunks_exact_mut(padded[1] * channels).enumerate() {
        match y.checked_sub(before[0]).filter(|&y| y < size[0]) {
            Some(y) => {
                target[..left].fill(0.0);
                target[left..left + row].copy_from_slice(&image[y * row..(y + 1) * row]);
                target[left + row..].fill(0.0);
            }
            None => target.fill(0.0),
        }
    }
}

/// Copies the image out of its border; the inverse of [`pad`].
#[inline(always)]
pub(crate) fn crop(
    padded_image: &[f32],
    channels: usize,
    size: [usize; 2],
    before: [usize; 2],
    padded: [usize; 2],
    image: &mut [f32],
) {
    let row = size[1] * channels;
    for (y, image) in image.chunks_exact_mut(row).enumerate() {
        let start = ((y + before[0]) * padded[1] + before[1]) * channels;
        image.copy_from_slice(&padded_image[start..start + row]);
    }
}

/// Pixels whose channels are moved together, so that reads and writes both use whole cache lines.
const STRIP: usize = 16;

/// `[batch, channels, pixels]` to `[batch, pixels, channels]`.
///
/// # Panics
/// Where the values are not whole images.
pub(crate) fn channels_last(images: &[f32], channels: usize, pixels: usize) -> Vec<f32> {
    let mut target = pool::take(images.len());
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
