//! The pass over all rows of a batch.

use std::ops::Range;

use pulp::Simd;
use rayon::prelude::*;

use super::bytes::ViewedRow;
use super::mixture::{MixedImage, Mixture, PixelConstants, ViewedImage};
use crate::buffers;
use crate::instructions::{Instructions, Kernel};

/// Values that a thread computes at a time, about: with their bytes they fit the second-level cache.
const GROUP_VALUES: usize = 1 << 14;

/// Images as bytes, `[count, channels, height, width]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredImages<'a> {
    pub(crate) pixels: &'a [u8],
    /// Channels, height and width.
    pub(crate) shape: [usize; 3],
}

impl<'a> StoredImages<'a> {
    /// Bytes of an image.
    fn image_len(&self) -> usize {
        self.shape.iter().product()
    }

    /// # Panics
    /// If there are not so many images.
    #[inline(always)]
    fn row(&self, view: ViewedImage, row: usize) -> ViewedRow<'a> {
        let [channels, height, width] = self.shape;
        let len = channels * height * width;
        ViewedRow {
            image: &self.pixels[view.image * len..][..len],
            size: [height, width],
            view,
            row,
        }
    }
}

/// The values of the batch, with the channels last: `[batch, height, width, channels]`.
///
/// # Panics
/// If an image is not among the stored ones, a channel has no constants, or the CPU lacks the
/// instructions.
pub(crate) fn mix_images(
    instructions: Instructions,
    images: StoredImages<'_>,
    batch: &[MixedImage],
    constants: &PixelConstants,
) -> Vec<f32> {
    let [channels, _, width] = images.shape;
    let lengths = [&constants.scale, &constants.shift].map(Vec::len);
    assert_eq!(lengths, [channels; 2], "constants of the channels");
    let repeated = |constants: &[f32]| constants.repeat(width);
    let [scale, shift] = [repeated(&constants.scale), repeated(&constants.shift)];
    let len = images.image_len();
    let mut output = buffers::take(batch.len() * len);
    if output.is_empty() {
        return output;
    }
    let images_per_group = (GROUP_VALUES / len).max(1);
    output
        .par_chunks_mut(images_per_group * len)
        .zip(batch.par_chunks(images_per_group))
        .for_each(|(output, batch)| {
            instructions.run(Group {
                images,
                batch,
                scale: &scale,
                shift: &shift,
                output,
            });
        });
    output
}

/// Some images of a batch.
struct Group<'a> {
    images: StoredImages<'a>,
    batch: &'a [MixedImage],
    /// The constants of each value of a row of pixels, `[width, channels]`.
    scale: &'a [f32],
    shift: &'a [f32],
    output: &'a mut [f32],
}

impl Kernel for Group<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { images, batch, .. } = self;
        let [channels, height, width] = images.shape;
        let row_len = width * channels;
        let mut bytes = vec![0; 2 * row_len];
        let (own, other) = bytes.split_at_mut(row_len);
        let mut outputs = self.output.chunks_exact_mut(row_len);
        for MixedImage { own: view, mixture } in batch {
            for (row, output) in (0..height).zip(&mut outputs) {
                images.row(*view, row).read(own);
                match mixture {
                    Mixture::Weighted { partner, weight } if *weight != 1.0 => {
                        images.row(*partner, row).read(other);
                        mix(output, [own, other], *weight, self.scale, self.shift);
                        continue;
                    }
                    Mixture::Pasted {
                        partner,
                        rows,
                        columns,
                    } if rows.contains(&row) => {
                        images.row(*partner, row).read(other);
                        let Range { start, end } = *columns;
                        let patch = start.min(width) * channels..end.min(width) * channels;
                        if !patch.is_empty() {
                            own[patch.clone()].copy_from_slice(&other[patch]);
                        }
                    }
                    Mixture::Shrunk {
                        partner,
                        rows,
                        columns,
                    } if rows.contains(&row) => {
                        let source = (row - rows.start) * height / rows.len();
                        images.row(*partner, source).read(other);
                        for column in columns.start.min(width)..columns.end.min(width) {
                            let source = (column - columns.start) * width / columns.len();
                            let pixel = &other[source * channels..][..channels];
                            own[column * channels..][..channels].copy_from_slice(pixel);
                        }
                    }
                    _ => {}
                }
                normalise(output, own, self.scale, self.shift);
            }
        }
    }
}

/// y = scale x + shift. Two roundings, as for Burn's operations: the compiler does not fuse them.
#[inline(always)]
fn normalise(output: &mut [f32], own: &[u8], scale: &[f32], shift: &[f32]) {
    let constants = scale.iter().zip(shift);
    for ((output, &own), (&scale, &shift)) in output.iter_mut().zip(own).zip(constants) {
        *output = f32::from(own) * scale + shift;
    }
}

/// y = scale (w xᵢ + (1 − w) xⱼ) + shift.
#[inline(always)]
fn mix(output: &mut [f32], [own, other]: [&[u8]; 2], weight: f32, scale: &[f32], shift: &[f32]) {
    let rest = 1.0 - weight;
    let bytes = own.iter().zip(other);
    let constants = scale.iter().zip(shift);
    for ((output, (&own, &other)), (&scale, &shift)) in output.iter_mut().zip(bytes).zip(constants)
    {
        let mixed = f32::from(own) * weight + f32::from(other) * rest;
        *output = mixed * scale + shift;
    }
}
