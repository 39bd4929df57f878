//! Sums, samples and means of maps with the channels last.
//!
//! What these compute is trivial; all their time goes into memory. They therefore run on all threads and
//! write to reused memory.

use rayon::prelude::*;

use crate::buffers;

/// Values that a thread takes at a time.
const CHUNK: usize = 1 << 14;

/// a + b.
///
/// # Panics
/// If the lengths differ.
pub(crate) fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    assert_eq!(a.len(), b.len(), "lengths of the summands");
    let mut sums = buffers::take(a.len());
    sums.par_chunks_mut(CHUNK)
        .zip(a.par_chunks(CHUNK).zip(b.par_chunks(CHUNK)))
        .for_each(|(sums, (a, b))| {
            for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum = a + b;
            }
        });
    sums
}

/// Every `stride`-th pixel of maps, between channels of zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subsample {
    /// Number of images.
    pub(crate) batch: usize,
    /// Height and width of the maps.
    pub(crate) size: [usize; 2],
    /// Channels of the maps.
    pub(crate) inputs: usize,
    /// Channels of the result: no fewer. The zeros before the maps' channels are half of those that are
    /// missing, rounded down.
    pub(crate) outputs: usize,
    /// Distance between the pixels that are taken, vertically and horizontally.
    pub(crate) stride: usize,
}

impl Subsample {
    /// Height and width of the result.
    pub(crate) fn output_size(&self) -> [usize; 2] {
        self.size.map(|length| length.div_ceil(self.stride))
    }

    fn front(&self) -> usize {
        (self.outputs - self.inputs) / 2
    }

    /// The samples of `[batch, height, width, inputs]`.
    pub(crate) fn forward(&self, input: &[f32]) -> Vec<f32> {
        let [height, width] = self.output_size();
        let mut output = buffers::take(self.batch * height * width * self.outputs);
        let rows = output.par_chunks_mut((width * self.outputs).max(1));
        rows.enumerate().for_each(|(row, output)| {
            let input = &input[self.input_row(row)..];
            for (x, pixel) in output.chunks_exact_mut(self.outputs).enumerate() {
                let taken = &input[x * self.stride * self.inputs..][..self.inputs];
                let (front, rest) = pixel.split_at_mut(self.front());
                let (values, back) = rest.split_at_mut(self.inputs);
                front.fill(0.0);
                values.copy_from_slice(taken);
                back.fill(0.0);
            }
        });
        output
    }

    /// The gradient of the maps, from that of the samples.
    pub(crate) fn backward(&self, gradient: &[f32]) -> Vec<f32> {
        let [rows, columns] = self.output_size();
        let [height, width] = self.size;
        let mut target = buffers::take(self.batch * height * width * self.inputs);
        let lines = target.par_chunks_mut((width * self.inputs).max(1));
        lines.enumerate().for_each(|(line, target)| {
            let (image, y) = (line / height, line % height);
            target.fill(0.0);
            if !y.is_multiple_of(self.stride) {
                return;
            }
            let first = (image * rows + y / self.stride) * columns * self.outputs;
            let samples = gradient[first..][..columns * self.outputs].chunks_exact(self.outputs);
            for (x, sample) in samples.enumerate() {
                let pixel = &mut target[x * self.stride * self.inputs..][..self.inputs];
                pixel.copy_from_slice(&sample[self.front()..][..self.inputs]);
            }
        });
        target
    }

    /// Where the input row of a row of samples begins.
    fn input_row(&self, row: usize) -> usize {
        let [rows, _] = self.output_size();
        let (image, y) = (row / rows, row % rows);
        (image * self.size[0] + y * self.stride) * self.size[1] * self.inputs
    }
}

/// The mean over the pixels of each image: `[batch, pixels, channels]` to `[batch, channels]`.
pub(crate) fn channel_means(maps: &[f32], pixels: usize, channels: usize) -> Vec<f32> {
    let batch = maps.len() / (pixels * channels);
    let mut means = buffers::take(batch * channels);
    means
        .par_chunks_exact_mut(channels)
        .zip(maps.par_chunks_exact(pixels * channels))
        .for_each(|(means, maps)| {
            means.fill(0.0);
            for pixel in maps.chunks_exact(channels) {
                for (mean, value) in means.iter_mut().zip(pixel) {
                    *mean += value;
                }
            }
            for mean in means {
                *mean /= pixels as f32;
            }
        });
    means
}

/// The gradient of the maps, from that of their [`channel_means`].
pub(crate) fn channel_means_backward(gradient: &[f32], pixels: usize, channels: usize) -> Vec<f32> {
    let mut target = buffers::take(gradient.len() * pixels);
    target
        .par_chunks_exact_mut(pixels * channels)
        .zip(gradient.par_chunks_exact(channels))
        .for_each(|(target, gradient)| {
            for pixel in target.chunks_exact_mut(channels) {
                for (value, gradient) in pixel.iter_mut().zip(gradient) {
                    *value = gradient / pixels as f32;
                }
            }
        });
    target
}

/// The largest value over the pixels of each image, and the first pixel that has it: `[batch, pixels, channels]` to
/// `[batch, channels]` each. A NaN is larger than any number.
pub(crate) fn channel_maxima(maps: &[f32], pixels: usize, channels: usize) -> (Vec<f32>, Vec<u32>) {
    let batch = maps.len() / (pixels * channels);
    let mut maxima = buffers::take(batch * channels);
    let mut places = vec![0; batch * channels];
    maxima
        .par_chunks_exact_mut(channels)
        .zip(places.par_chunks_exact_mut(channels))
        .zip(maps.par_chunks_exact(pixels * channels))
        .for_each(|((maxima, places), maps)| {
            maxima.copy_from_slice(&maps[..channels]);
            // Pixels of an image are far fewer than `u32::MAX`.
            for (number, pixel) in (0_u32..).zip(maps.chunks_exact(channels)).skip(1) {
                for ((most, place), &value) in maxima.iter_mut().zip(&mut *places).zip(pixel) {
                    let is_larger = value > *most || (value.is_nan() && !most.is_nan());
                    *place = if is_larger { number } else { *place };
                    *most = if is_larger { value } else { *most };
                }
            }
        });
    (maxima, places)
}

/// The gradient of the maps, from that of their [`channel_maxima`], which lie at `places`.
pub(crate) fn channel_maxima_backward(
    gradient: &[f32],
    places: &[u32],
    pixels: usize,
    channels: usize,
) -> Vec<f32> {
    let mut target = buffers::take(gradient.len() * pixels);
    target
        .par_chunks_exact_mut(pixels * channels)
        .zip(gradient.par_chunks_exact(channels))
        .zip(places.par_chunks_exact(channels))
        .for_each(|((target, gradient), places)| {
            target.fill(0.0);
            for (channel, (value, &place)) in gradient.iter().zip(places).enumerate() {
                target[place as usize * channels + channel] = *value;
            }
        });
    target
}

#[cfg(test)]
mod tests;
