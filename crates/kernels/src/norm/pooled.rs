//! Normalisation, ReLU and 2x2 max-pooling in one pass.

use pulp::{Scalar, Simd};
use rayon::prelude::*;

use super::backward::NormBackwardPass;
use super::channel_constants::{InputConstants, OutputConstants};
use super::maps::{MapShape, NormLayer};
use super::sums::Sums;
use crate::activation::{maximum, relu};
use crate::buffers;
use crate::instructions::{Instructions, Kernel};
use crate::scratch::Scratch;
use crate::vectors::{load, store};

/// Values of a chunk of whole images, at least.
const CHUNK_VALUES: usize = 1 << 14;

/// Images of a chunk. It depends only on the shape, so any number of threads adds the same sums.
fn images_per_chunk(shape: &MapShape) -> usize {
    CHUNK_VALUES.div_ceil(shape.image_len().max(1))
}

/// The output, with the channels last.
pub(super) fn forward(instructions: Instructions, layer: &NormLayer<'_>) -> Vec<f32> {
    let mut output = buffers::take(layer.shape.batch * layer.output_image_len());
    if output.is_empty() {
        return output;
    }
    let constants = &OutputConstants::new(layer, layer.shape.channels);
    let images = images_per_chunk(&layer.shape);
    output
        .par_chunks_mut(images * layer.output_image_len())
        .zip(layer.input.par_chunks(images * layer.shape.image_len()))
        .for_each(|(output, input)| {
            instructions.run(ChunkWindows {
                shape: layer.shape,
                input,
                windows: OutputWindows { constants, output },
            });
        });
    output
}

/// The sums of the batch.
pub(super) fn sums(pass: &NormBackwardPass<'_>, constants: &OutputConstants) -> Sums {
    let layer = &pass.layer;
    let channels = layer.shape.channels;
    let images = images_per_chunk(&layer.shape);
    let chunks = layer.shape.batch.div_ceil(images);
    let mut parts = Scratch::zeros(chunks * 2 * channels);
    if !pass.gradient.is_empty() {
        parts
            .par_chunks_exact_mut(2 * channels)
            .zip(layer.input.par_chunks(images * layer.shape.image_len()))
            .zip(pass.gradient.par_chunks(images * layer.output_image_len()))
            .for_each(|((part, input), gradient)| {
                let (gradients, products) = part.split_at_mut(channels);
                pass.instructions.run(ChunkWindows {
                    shape: layer.shape,
                    input,
                    windows: SumWindows {
                        constants,
                        mean: &layer.statistics.mean,
                        gradient,
                        gradients,
                        products,
                    },
                });
            });
    }
    Sums::of_parts(&parts, channels)
}

/// The gradient of the input.
pub(super) fn input_gradient(
    pass: &NormBackwardPass<'_>,
    output: &OutputConstants,
    constants: &InputConstants,
) -> Vec<f32> {
    let layer = &pass.layer;
    let images = images_per_chunk(&layer.shape);
    let mut target = buffers::take(layer.input.len());
    target
        .par_chunks_mut((images * layer.shape.image_len()).max(1))
        .enumerate()
        .for_each(|(index, target)| {
            let first = index * images * layer.shape.image_len();
            let count = target.len() / layer.shape.image_len();
            let first_output = index * images * layer.output_image_len();
            pass.instructions.run(ChunkWindows {
                shape: layer.shape,
                input: &layer.input[first..first + target.len()],
                windows: GradientWindows {
                    output,
                    constants,
                    gradient: &pass.gradient[first_output..][..count * layer.output_image_len()],
                    target,
                },
            });
        });
    target
}

/// The channels of one vector of a pooling window.
#[derive(Clone, Copy)]
struct Window {
    /// Where each of the four pixels begins, by rows.
    corners: [usize; 4],
    /// Where the pixel of the output begins.
    output: usize,
    /// The first channel.
    channel: usize,
}

/// What is done with the windows of a chunk.
trait Windows {
    fn window<S: Simd>(&mut self, simd: S, input: &[f32], window: Window);

    /// Processes the channels of one vector, from `channel` onwards, of a pixel that no window covers. The
    /// pixel begins at `pixel`.
    fn uncovered<S: Simd>(&mut self, _simd: S, _input: &[f32], _pixel: usize, _channel: usize) {}
}

/// The windows of a chunk of whole images.
struct ChunkWindows<'a, W> {
    shape: MapShape,
    input: &'a [f32],
    windows: W,
}

impl<W: Windows> Kernel for ChunkWindows<'_, W> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for image in 0..self.input.len() / self.shape.image_len() {
            self.image(simd, image);
        }
    }
}

impl<W: Windows> ChunkWindows<'_, W> {
    #[inline(always)]
    fn image<S: Simd>(&mut self, simd: S, image: usize) {
        let channels = self.shape.channels;
        let [height, width] = self.shape.size;
        let (rows, columns) = (height / 2, width / 2);
        let first = image * self.shape.image_len();
        let row = width * channels;
        for y in 0..rows {
            for x in 0..columns {
                let corner = first + 2 * y * row + 2 * x * channels;
                let corners = [
                    corner,
                    corner + channels,
                    corner + row,
                    corner + row + channels,
                ];
                let output = ((image * rows + y) * columns + x) * channels;
                self.pixels(simd, corners, output);
            }
        }
        for y in 0..height {
            let covered = if y < 2 * rows { 2 * columns } else { 0 };
            for x in covered..width {
                self.uncovered(simd, first + y * row + x * channels);
            }
        }
    }

    /// All channels of a window, whose pixels and output begin at these values.
    #[inline(always)]
    fn pixels<S: Simd>(&mut self, simd: S, corners: [usize; 4], output: usize) {
        let channels = self.shape.channels;
        let mut channel = 0;
        while channel + S::F32_LANES <= channels {
            let window = Window {
                corners,
                output,
                channel,
            };
            self.windows.window(simd, self.input, window);
            channel += S::F32_LANES;
        }
        for channel in channel..channels {
            let window = Window {
                corners,
                output,
                channel,
            };
            self.windows.window(Scalar, self.input, window);
        }
    }

    /// All channels of a pixel that no window covers.
    #[inline(always)]
    fn uncovered<S: Simd>(&mut self, simd: S, pixel: usize) {
        let channels = self.shape.channels;
        let mut channel = 0;
        while channel + S::F32_LANES <= channels {
            self.windows.uncovered(simd, self.input, pixel, channel);
            channel += S::F32_LANES;
        }
        for channel in channel..channels {
            self.windows.uncovered(Scalar, self.input, pixel, channel);
        }
    }
}

/// The largest normalised value of a window and its corner.
#[inline(always)]
fn largest<S: Simd>(
    simd: S,
    constants: &OutputConstants,
    input: &[f32],
    window: Window,
) -> (S::f32s, S::f32s) {
    let mean = load::<S>(&constants.mean, window.channel);
    let factor = load::<S>(&constants.factor, window.channel);
    let shift = load::<S>(&constants.shift, window.channel);
    let mut values = [factor; 4];
    for (value, corner) in values.iter_mut().zip(window.corners) {
        let distance = simd.sub_f32s(load::<S>(input, corner + window.channel), mean);
        *value = simd.mul_add_e_f32s(distance, factor, shift);
    }
    maximum(simd, values)
}

struct OutputWindows<'a> {
    constants: &'a OutputConstants,
    output: &'a mut [f32],
}

impl Windows for OutputWindows<'_> {
    #[inline(always)]
    fn window<S: Simd>(&mut self, simd: S, input: &[f32], window: Window) {
        let (value, _) = largest(simd, self.constants, input, window);
        store::<S>(
            self.output,
            window.output + window.channel,
            relu(simd, value),
        );
    }
}

struct SumWindows<'a> {
    constants: &'a OutputConstants,
    mean: &'a [f32],
    gradient: &'a [f32],
    /// Both start as zeros.
    gradients: &'a mut [f32],
    products: &'a mut [f32],
}

impl Windows for SumWindows<'_> {
    #[inline(always)]
    fn window<S: Simd>(&mut self, simd: S, input: &[f32], window: Window) {
        let (value, corner) = largest(simd, self.constants, input, window);
        let zero = simd.splat_f32s(0.0);
        let gradient = load::<S>(self.gradient, window.output + window.channel);
        let gradient = simd.select_f32s(simd.greater_than_f32s(value, zero), gradient, zero);
        let mut chosen = load::<S>(input, window.corners[0] + window.channel);
        for (index, &at) in window.corners.iter().enumerate().skip(1) {
            let here = simd.equal_f32s(corner, simd.splat_f32s(index as f32));
            chosen = simd.select_f32s(here, load::<S>(input, at + window.channel), chosen);
        }
        let distance = simd.sub_f32s(chosen, load::<S>(self.mean, window.channel));
        let sum = load::<S>(self.gradients, window.channel);
        store::<S>(self.gradients, window.channel, simd.add_f32s(sum, gradient));
        let sum = load::<S>(self.products, window.channel);
        let sum = simd.mul_add_e_f32s(gradient, distance, sum);
        store::<S>(self.products, window.channel, sum);
    }
}

struct GradientWindows<'a> {
    output: &'a OutputConstants,
    constants: &'a InputConstants,
    gradient: &'a [f32],
    target: &'a mut [f32],
}

impl GradientWindows<'_> {
    /// The part of the gradient that all pixels get.
    #[inline(always)]
    fn along<S: Simd>(&self, simd: S, input: &[f32], at: usize, channel: usize) -> S::f32s {
        let slope = load::<S>(&self.constants.slope, channel);
        let offset = load::<S>(&self.constants.offset, channel);
        simd.mul_add_e_f32s(load::<S>(input, at), slope, offset)
    }
}

impl Windows for GradientWindows<'_> {
    #[inline(always)]
    fn window<S: Simd>(&mut self, simd: S, input: &[f32], window: Window) {
        let (value, corner) = largest(simd, self.output, input, window);
        let zero = simd.splat_f32s(0.0);
        let gradient = load::<S>(self.gradient, window.output + window.channel);
        let gradient = simd.select_f32s(simd.greater_than_f32s(value, zero), gradient, zero);
        let factor = load::<S>(&self.constants.factor, window.channel);
        for (index, &at) in window.corners.iter().enumerate() {
            let here = simd.equal_f32s(corner, simd.splat_f32s(index as f32));
            let passed = simd.select_f32s(here, gradient, zero);
            let along = self.along(simd, input, at + window.channel, window.channel);
            let sum = simd.mul_add_e_f32s(passed, factor, along);
            store::<S>(self.target, at + window.channel, sum);
        }
    }

    #[inline(always)]
    fn uncovered<S: Simd>(&mut self, simd: S, input: &[f32], pixel: usize, channel: usize) {
        let along = self.along(simd, input, pixel + channel, channel);
        store::<S>(self.target, pixel + channel, along);
    }
}
