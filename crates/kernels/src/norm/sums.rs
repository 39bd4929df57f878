//! The sums that all gradients of a normalisation are made of.

use pulp::Simd;
use rayon::prelude::*;

use super::backward::NormBackwardPass;
use super::channel_constants::{OutputConstants, repeated};
use super::columns::{Columns, Span, chunk_len, for_each_column, load_row, store_row};
use super::mask::Mask;
use crate::buffers;
use crate::instructions::Kernel;
use crate::partial_sums::add_partial_sums;
use crate::scratch::Scratch;

/// The sums over all pixels that every gradient is made of.
pub(super) struct Sums {
    /// Σ dz of each channel.
    pub(super) gradient: Vec<f64>,
    /// Σ dz (x − mean) of each channel.
    pub(super) product: Vec<f64>,
}

impl Sums {
    /// Adds the sums of all chunks, in their order. A chunk has one of each kind for every channel.
    pub(super) fn of_parts(parts: &[f32], channels: usize) -> Self {
        let mut sums = [vec![0.0; channels], vec![0.0; channels]];
        for part in parts.chunks_exact(2 * channels) {
            for (sums, part) in sums.iter_mut().zip(part.chunks_exact(channels)) {
                for (sum, &value) in sums.iter_mut().zip(part) {
                    *sum += f64::from(value);
                }
            }
        }
        let [gradient, product] = sums;
        Self { gradient, product }
    }
}

/// The sums of the batch, and the gradient of the addend if there is one and a ReLU follows.
pub(super) fn sums(
    pass: &NormBackwardPass<'_>,
    constants: &OutputConstants,
    period: usize,
) -> (Sums, Option<Vec<f32>>) {
    let layer = &pass.layer;
    let mask = Mask::new(pass, constants);
    let chunk = chunk_len(period);
    let mean = repeated(&layer.statistics.mean, period);
    let chunks = layer.input.len().div_ceil(chunk);
    let channels = layer.shape.channels;
    let mut parts = Scratch::uncleared(chunks * 2 * channels);
    let keeps = matches!(mask, Mask::Output(_));
    let mut addend = buffers::take(if keeps { layer.input.len() } else { 0 });
    let run = |index: usize, part: &mut [f32], addend: &mut [f32]| {
        let range = index * chunk..((index + 1) * chunk).min(layer.input.len());
        pass.instructions.run(ChunkSums {
            period,
            channels,
            input: &layer.input[range.clone()],
            gradient: &pass.gradient[range.clone()],
            mask: mask.slice(range),
            mean: &mean,
            part,
            addend,
        });
    };
    let numbered = parts.par_chunks_exact_mut(2 * channels).enumerate();
    if keeps {
        numbered
            .zip(addend.par_chunks_mut(chunk))
            .for_each(|((index, part), addend)| run(index, part, addend));
    } else {
        numbered.for_each(|(index, part)| run(index, part, &mut []));
    }
    let sums = Sums::of_parts(&parts, channels);
    (sums, keeps.then_some(addend))
}

/// The sums of a chunk.
struct ChunkSums<'a> {
    period: usize,
    channels: usize,
    input: &'a [f32],
    gradient: &'a [f32],
    mask: Mask<'a>,
    mean: &'a [f32],
    /// Σ dz of each channel, then Σ dz (x − mean).
    part: &'a mut [f32],
    /// The gradient before the activation, or empty.
    addend: &'a mut [f32],
}

impl Kernel for ChunkSums<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let mut by_column = Scratch::zeros(2 * self.period);
        let (gradients, products) = by_column.split_at_mut(self.period);
        let mut columns = SumColumns {
            input: self.input,
            gradient: self.gradient,
            mask: self.mask,
            mean: self.mean,
            gradients,
            products,
            addend: self.addend,
        };
        for_each_column(simd, self.period, self.input.len(), &mut columns);
        let by_column = by_column.chunks_exact(self.period);
        for (sums, columns) in self.part.chunks_exact_mut(self.channels).zip(by_column) {
            add_partial_sums(sums, columns);
        }
    }
}

/// The sums of a chunk, by column.
struct SumColumns<'a> {
    input: &'a [f32],
    gradient: &'a [f32],
    mask: Mask<'a>,
    mean: &'a [f32],
    gradients: &'a mut [f32],
    products: &'a mut [f32],
    addend: &'a mut [f32],
}

impl Columns for SumColumns<'_> {
    #[inline(always)]
    fn run<S: Simd, const N: usize>(&mut self, simd: S, span: Span) {
        let mean = load_row::<S, N>(self.mean, span.column);
        let mut gradients = load_row::<S, N>(self.gradients, span.column);
        let mut products = load_row::<S, N>(self.products, span.column);
        for row in 0..span.rows {
            let at = span.at(row);
            let input = load_row::<S, N>(self.input, at);
            let gradient = load_row::<S, N>(self.gradient, at);
            let gradient = self.mask.apply(simd, (at, span.column), &input, gradient);
            for n in 0..N {
                gradients[n] = simd.add_f32s(gradients[n], gradient[n]);
                let distance = simd.sub_f32s(input[n], mean[n]);
                products[n] = simd.mul_add_e_f32s(gradient[n], distance, products[n]);
            }
            if !self.addend.is_empty() {
                store_row::<S, N>(self.addend, at, gradient);
            }
        }
        store_row::<S, N>(self.gradients, span.column, gradients);
        store_row::<S, N>(self.products, span.column, products);
    }
}
