//! The gradient of a normalisation's input.

use pulp::Simd;
use rayon::prelude::*;

use super::backward::NormBackwardPass;
use super::channel_constants::{InputConstants, OutputConstants};
use super::columns::{Columns, Span, chunk_len, for_each_column, load_row, store_row};
use super::mask::Mask;
use crate::buffers;
use crate::instructions::Kernel;

/// The gradient of the input.
pub(super) fn input_gradient(
    pass: &NormBackwardPass<'_>,
    output: &OutputConstants,
    constants: &InputConstants,
    masked: Option<&[f32]>,
    period: usize,
) -> Vec<f32> {
    let layer = &pass.layer;
    let (gradient, mask) = match masked {
        Some(masked) => (masked, Mask::Nothing),
        None => (pass.gradient, Mask::new(pass, output)),
    };
    let chunk = chunk_len(period);
    let mut target = buffers::take(layer.input.len());
    target
        .par_chunks_mut(chunk)
        .enumerate()
        .for_each(|(index, target)| {
            let range = index * chunk..index * chunk + target.len();
            pass.instructions.run(ChunkGradient {
                period,
                constants,
                input: &layer.input[range.clone()],
                gradient: &gradient[range.clone()],
                mask: mask.slice(range),
                target,
            });
        });
    target
}

/// The gradient of a chunk of the input.
struct ChunkGradient<'a> {
    period: usize,
    constants: &'a InputConstants,
    input: &'a [f32],
    gradient: &'a [f32],
    mask: Mask<'a>,
    target: &'a mut [f32],
}

impl Kernel for ChunkGradient<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for_each_column(simd, self.period, self.input.len(), &mut self);
    }
}

impl Columns for ChunkGradient<'_> {
    #[inline(always)]
    fn run<S: Simd, const N: usize>(&mut self, simd: S, span: Span) {
        let factor = load_row::<S, N>(&self.constants.factor, span.column);
        let slope = load_row::<S, N>(&self.constants.slope, span.column);
        let offset = load_row::<S, N>(&self.constants.offset, span.column);
        for row in 0..span.rows {
            let at = span.at(row);
            let input = load_row::<S, N>(self.input, at);
            let gradient = load_row::<S, N>(self.gradient, at);
            let gradient = self.mask.apply(simd, (at, span.column), &input, gradient);
            let mut target = gradient;
            for n in 0..N {
                let along = simd.mul_add_e_f32s(input[n], slope[n], offset[n]);
                target[n] = simd.mul_add_e_f32s(gradient[n], factor[n], along);
            }
            store_row::<S, N>(self.target, at, target);
        }
    }
}
