//! The output of a normalisation.

use pulp::Simd;
use rayon::prelude::*;

use super::channel_constants::OutputConstants;
use super::columns::{Columns, Span, chunk_len, for_each_column, load_row, period, store_row};
use super::maps::NormLayer;
use super::pooled;
use crate::activation::{Activation, relu};
use crate::buffers;
use crate::instructions::{Instructions, Kernel};

/// The output of a normalisation, with the channels last.
///
/// # Panics
/// If a slice does not have the length that the shape implies, pooling has an addend, or the CPU lacks
/// the instructions.
pub fn norm_forward(instructions: Instructions, layer: &NormLayer<'_>) -> Vec<f32> {
    layer.check();
    if layer.pools() {
        return pooled::forward(instructions, layer);
    }
    let mut output = buffers::take(layer.input.len());
    let period = period(layer.shape.channels, instructions.lanes());
    let constants = OutputConstants::new(layer, period);
    let chunk = chunk_len(period);
    output
        .par_chunks_mut(chunk)
        .enumerate()
        .for_each(|(index, output)| {
            let range = index * chunk..index * chunk + output.len();
            instructions.run(ChunkOutput {
                period,
                constants: &constants,
                input: &layer.input[range.clone()],
                addend: layer.addend.map(|addend| &addend[range]),
                activates: layer.activation == Activation::Relu,
                output,
            });
        });
    output
}

/// The output of a chunk.
struct ChunkOutput<'a> {
    period: usize,
    constants: &'a OutputConstants,
    input: &'a [f32],
    addend: Option<&'a [f32]>,
    /// Whether a ReLU follows.
    activates: bool,
    output: &'a mut [f32],
}

impl Kernel for ChunkOutput<'_> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for_each_column(simd, self.period, self.input.len(), &mut self);
    }
}

impl Columns for ChunkOutput<'_> {
    #[inline(always)]
    fn run<S: Simd, const N: usize>(&mut self, simd: S, span: Span) {
        let mean = load_row::<S, N>(&self.constants.mean, span.column);
        let factor = load_row::<S, N>(&self.constants.factor, span.column);
        let shift = load_row::<S, N>(&self.constants.shift, span.column);
        for row in 0..span.rows {
            let at = span.at(row);
            let mut values = load_row::<S, N>(self.input, at);
            for n in 0..N {
                let distance = simd.sub_f32s(values[n], mean[n]);
                values[n] = simd.mul_add_e_f32s(distance, factor[n], shift[n]);
            }
            if let Some(addend) = self.addend {
                let addend = load_row::<S, N>(addend, at);
                for n in 0..N {
                    values[n] = simd.add_f32s(values[n], addend[n]);
                }
            }
            if self.activates {
                // A closure would not be compiled for these instructions.
                for value in &mut values {
                    *value = relu(simd, *value);
                }
            }
            store_row::<S, N>(self.output, at, values);
        }
    }
}
