//! The mean and variance of each channel.

use pulp::Simd;
use rayon::prelude::*;

use super::columns::{Columns, Span, chunk_len, for_each_column, load_row, period, store_row};
use crate::instructions::{Instructions, Kernel};
use crate::partial_sums::add_partial_sums;
use crate::scratch::Scratch;

/// The mean and variance of each channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// `[channels]`.
    pub mean: Vec<f32>,
    /// The mean squared distance from the mean (not the unbiased variance): `[channels]`.
    pub variance: Vec<f32>,
}

impl Statistics {
    /// What the input of each channel is multiplied by: scale / √(variance + ε).
    pub(super) fn factors(&self, scale: &[f32], epsilon: f64) -> Vec<f64> {
        let pairs = self.inverse_deviations(epsilon).into_iter().zip(scale);
        pairs
            .map(|(inverse, &scale)| inverse * f64::from(scale))
            .collect()
    }

    /// 1 / √(variance + ε) of each channel.
    pub(super) fn inverse_deviations(&self, epsilon: f64) -> Vec<f64> {
        let inverse = |&variance: &f32| (f64::from(variance) + epsilon).sqrt().recip();
        self.variance.iter().map(inverse).collect()
    }
}

/// The statistics of `[pixels, channels]`.
///
/// Sums are taken of the distances from one pixel's values, so that a mean far from 0 costs no digits.
/// Without pixels all are NaN.
///
/// # Panics
/// If the values are not whole pixels, or the CPU lacks the instructions.
pub fn statistics(instructions: Instructions, input: &[f32], channels: usize) -> Statistics {
    assert!(input.len().is_multiple_of(channels), "whole pixels");
    let period = period(channels, instructions.lanes());
    let chunk = chunk_len(period);
    let mut parts = Scratch::uncleared(input.len().div_ceil(chunk) * 3 * channels);
    input
        .par_chunks(chunk)
        .zip(parts.par_chunks_exact_mut(3 * channels))
        .for_each(|(input, part)| {
            instructions.run(ChunkSums {
                period,
                channels,
                input,
                part,
            });
        });
    let pixels = |part: usize| chunk.min(input.len() - part * chunk) / channels;
    combine(&parts, channels, input.len() / channels, pixels)
}

/// The sums of a chunk, by channel.
struct ChunkSums<'a> {
    period: usize,
    channels: usize,
    input: &'a [f32],
    /// The values of the first pixel, the sums of the distances from them, and those of their squares.
    part: &'a mut [f32],
}

impl Kernel for ChunkSums<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let mut by_column = Scratch::zeros(3 * self.period);
        let (origin, sums) = by_column.split_at_mut(self.period);
        let (distances, squares) = sums.split_at_mut(self.period);
        let first_pixel = &self.input[..self.channels];
        for origin in origin.chunks_exact_mut(self.channels) {
            origin.copy_from_slice(first_pixel);
        }
        let mut columns = SumColumns {
            input: self.input,
            origin,
            distances,
            squares,
        };
        for_each_column(simd, self.period, self.input.len(), &mut columns);
        let (origin, sums) = self.part.split_at_mut(self.channels);
        origin.copy_from_slice(first_pixel);
        let by_column = by_column[self.period..].chunks_exact(self.period);
        for (sums, columns) in sums.chunks_exact_mut(self.channels).zip(by_column) {
            add_partial_sums(sums, columns);
        }
    }
}

struct SumColumns<'a> {
    input: &'a [f32],
    origin: &'a [f32],
    distances: &'a mut [f32],
    squares: &'a mut [f32],
}

impl Columns for SumColumns<'_> {
    #[inline(always)]
    fn run<S: Simd, const N: usize>(&mut self, simd: S, span: Span) {
        let origin = load_row::<S, N>(self.origin, span.column);
        let mut distances = load_row::<S, N>(self.distances, span.column);
        let mut squares = load_row::<S, N>(self.squares, span.column);
        for row in 0..span.rows {
            let values = load_row::<S, N>(self.input, span.at(row));
            for n in 0..N {
                let distance = simd.sub_f32s(values[n], origin[n]);
                distances[n] = simd.add_f32s(distances[n], distance);
                squares[n] = simd.mul_add_e_f32s(distance, distance, squares[n]);
            }
        }
        store_row::<S, N>(self.distances, span.column, distances);
        store_row::<S, N>(self.squares, span.column, squares);
    }
}

/// The statistics of the batch, from the sums of its parts.
fn combine(
    parts: &[f32],
    channels: usize,
    all_pixels: usize,
    pixels_of: impl Fn(usize) -> usize,
) -> Statistics {
    let mut mean = vec![0.0; channels];
    let mut squares = vec![0.0; channels];
    // Twice, because the squares are taken of the distances from the mean.
    for passes in 0..2 {
        for (index, part) in parts.chunks_exact(3 * channels).enumerate() {
            let pixels = pixels_of(index) as f64;
            for channel in 0..channels {
                let value = |kind: usize| f64::from(part[kind * channels + channel]);
                let part_mean = value(0) + value(1) / pixels;
                if passes == 0 {
                    mean[channel] += part_mean * pixels / all_pixels as f64;
                } else {
                    let distance = part_mean - mean[channel];
                    squares[channel] += value(2) - value(1) * value(1) / pixels;
                    squares[channel] += pixels * distance * distance;
                }
            }
        }
    }
    if all_pixels == 0 {
        mean.fill(f64::NAN);
    }
    let variance = |squares: f64| clamped(squares / all_pixels as f64) as f32;
    Statistics {
        mean: mean.into_iter().map(|mean| mean as f32).collect(),
        variance: squares.into_iter().map(variance).collect(),
    }
}

/// 0 instead of a negative number, which only rounding yields. A NaN stays.
fn clamped(variance: f64) -> f64 {
    if variance < 0.0 { 0.0 } else { variance }
}
