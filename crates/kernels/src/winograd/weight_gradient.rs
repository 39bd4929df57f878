//! From the gradient at the positions of a tile to the gradient of the weights.

use std::marker::PhantomData;

use pulp::Simd;
use rayon::prelude::*;

use super::transform::{LARGEST, Tile, combine};
use crate::buffers;
use crate::instructions::{Instructions, Kernel, WIDEST_LANES};
use crate::shape::ConvShape;
use crate::vectors::{load, store};

/// dg = Gᵀ dU G, in the layout of the weights.
///
/// `u_gradient` is `[positions, inputs, outputs]`.
pub(super) fn weight_gradient<T: Tile>(
    instructions: Instructions,
    shape: &ConvShape,
    u_gradient: &[f32],
) -> Vec<f32> {
    let mut gradient = buffers::take(shape.weights_len());
    let lanes = instructions.lanes();
    gradient
        .par_chunks_exact_mut(lanes * shape.filter_len())
        .enumerate()
        .for_each(|(strip, gradient)| {
            instructions.run(WeightGradientStrip::<T> {
                shape,
                u_gradient,
                first: strip * lanes,
                gradient,
                tile: PhantomData,
            });
        });
    gradient
}

/// The gradient of the weights of one vector of outputs.
struct WeightGradientStrip<'a, T> {
    shape: &'a ConvShape,
    u_gradient: &'a [f32],
    /// The first of the outputs.
    first: usize,
    /// `[lanes, inputs, 3, 3]`.
    gradient: &'a mut [f32],
    tile: PhantomData<T>,
}

impl<T: Tile> Kernel for WeightGradientStrip<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (inputs, outputs) = (self.shape.inputs, self.shape.outputs);
        let factors = transposed_weights::<T>();
        let mut lanes = [0.0; WIDEST_LANES];
        for input in 0..inputs {
            let mut rows = [[simd.splat_f32s(0.0); 3]; LARGEST];
            for (i, row) in rows.iter_mut().enumerate().take(T::INPUTS) {
                let mut positions = [simd.splat_f32s(0.0); LARGEST];
                for (j, position) in positions.iter_mut().enumerate().take(T::INPUTS) {
                    let start = ((i * T::INPUTS + j) * inputs + input) * outputs + self.first;
                    *position = load::<S>(self.u_gradient, start);
                }
                for (sum, factors) in row.iter_mut().zip(&factors) {
                    *sum = combine(simd, factors, &positions);
                }
            }
            for (a, factors) in factors.iter().enumerate() {
                for b in 0..3 {
                    let mut column = [simd.splat_f32s(0.0); LARGEST];
                    for (value, row) in column.iter_mut().zip(&rows) {
                        *value = row[b];
                    }
                    store::<S>(&mut lanes, 0, combine(simd, factors, &column));
                    let weight = input * 9 + 3 * a + b;
                    for (lane, &value) in lanes[..S::F32_LANES].iter().enumerate() {
                        self.gradient[lane * self.shape.filter_len() + weight] = value;
                    }
                }
            }
        }
    }
}

/// Gᵀ, with one row for each weight of a line.
#[inline(always)]
fn transposed_weights<T: Tile>() -> [[f32; LARGEST]; 3] {
    let mut transposed = [[0.0; LARGEST]; 3];
    for (weight, row) in transposed.iter_mut().enumerate() {
        for (value, weights) in row.iter_mut().zip(&T::WEIGHTS) {
            *value = weights[weight];
        }
    }
    transposed
}
