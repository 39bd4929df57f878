//! The weights at the places of a tile, and their gradient's way back.

use std::marker::PhantomData;
use std::ops::Range;

use pulp::Simd;
use rayon::prelude::*;

use super::grid::Grid;
use crate::conv::Layer;
use crate::instructions::{Instructions, Kernel, vectors, vectors_mut};
use crate::pool;
use crate::product::WIDTH;
use crate::scratch::Scratch;
use crate::shape::ConvShape;
use crate::transform::{LARGEST, Tile};
use crate::weights::{Direction, Panels};

/// Lanes of the widest vector.
const WIDEST: usize = 16;

/// U = G g Gᵀ of every pair of channels: panel by panel, in a panel place by place.
pub(super) fn transform_weights<T: Tile>(
    instructions: Instructions,
    layer: &Layer<'_>,
    direction: Direction,
) -> Scratch {
    let (depth, columns) = direction.channels(&layer.shape);
    let panels = Panels {
        columns,
        lanes: instructions.lanes(),
    };
    let width = panels.width();
    let panel_values = Grid::<T>::PLACES * depth * width;
    let mut transformed = Scratch::new(panels.count() * panel_values);
    transformed
        .par_chunks_exact_mut(panel_values)
        .enumerate()
        .for_each(|(panel, values)| {
            instructions.run(WeightPanel::<T> {
                shape: &layer.shape,
                weights: layer.weights,
                direction,
                depth,
                columns: panel * width..((panel + 1) * width).min(columns),
                values,
                tile: PhantomData,
            });
        });
    transformed
}

struct WeightPanel<'a, T> {
    shape: &'a ConvShape,
    weights: &'a [f32],
    direction: Direction,
    depth: usize,
    columns: Range<usize>,
    values: &'a mut [f32],
    tile: PhantomData<T>,
}

impl<T: Tile> Kernel for WeightPanel<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let values = vectors_mut::<S>(self.values);
        let mut taps = [[0.0; WIDEST]; 9];
        for depth in 0..self.depth {
            for vector in 0..WIDTH {
                for lane in 0..S::F32_LANES {
                    let column = self.columns.start + vector * S::F32_LANES + lane;
                    let inside = self.columns.contains(&column);
                    for (tap, place) in taps.iter_mut().enumerate() {
                        place[lane] = if inside {
                            self.weights[self.direction.taps(self.shape, depth, column) + tap]
                        } else {
                            0.0
                        };
                    }
                }
                let mut vector_taps = [simd.splat_f32s(0.0); 9];
                for (vector, values) in vector_taps.iter_mut().zip(&taps) {
                    *vector = vectors::<S>(&values[..S::F32_LANES])[0];
                }
                for (i, row) in T::WEIGHTS.iter().enumerate().take(T::INPUTS) {
                    let mut columns = [simd.splat_f32s(0.0); 3];
                    for (b, column) in columns.iter_mut().enumerate() {
                        let taps = [vector_taps[b], vector_taps[3 + b], vector_taps[6 + b]];
                        *column = combine(simd, row, &taps);
                    }
                    for (j, row) in T::WEIGHTS.iter().enumerate().take(T::INPUTS) {
                        let place = (i * T::INPUTS + j) * self.depth + depth;
                        values[place * WIDTH + vector] = combine(simd, row, &columns);
                    }
                }
            }
        }
    }
}

/// Σ factorᵢ vᵢ.
#[inline(always)]
fn combine<S: Simd>(simd: S, factors: &[f32], vectors: &[S::f32s]) -> S::f32s {
    let mut sum = simd.splat_f32s(0.0);
    for (&factor, &vector) in factors.iter().zip(vectors) {
        sum = simd.mul_add_e_f32s(simd.splat_f32s(factor), vector, sum);
    }
    sum
}

/// dg = Gᵀ dU G, in the layout of the weights.
pub(super) fn weight_gradient<T: Tile>(
    instructions: Instructions,
    shape: &ConvShape,
    u_gradient: &[f32],
) -> Vec<f32> {
    let mut gradient = pool::take(shape.weights());
    let lanes = instructions.lanes();
    gradient
        .par_chunks_exact_mut(lanes * shape.taps())
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

/// The outputs of one vector.
struct WeightGradientStrip<'a, T> {
    shape: &'a ConvShape,
    u_gradient: &'a [f32],
    first: usize,
    gradient: &'a mut [f32],
    tile: PhantomData<T>,
}

impl<T: Tile> Kernel for WeightGradientStrip<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (inputs, outputs) = (self.shape.inputs, self.shape.outputs);
        // Gᵀ, a row a tap.
        let mut tap_factors = [[0.0; LARGEST]; 3];
        for (tap, factors) in tap_factors.iter_mut().enumerate() {
            for (factor, row) in factors.iter_mut().zip(&T::WEIGHTS) {
                *factor = row[tap];
            }
        }
        let mut values = [0.0; WIDEST];
        for input in 0..inputs {
            let mut rows = [[simd.splat_f32s(0.0); 3]; LARGEST];
            for (i, row) in rows.iter_mut().enumerate().take(T::INPUTS) {
                let mut places = [simd.splat_f32s(0.0); LARGEST];
                for (j, place) in places.iter_mut().enumerate().take(T::INPUTS) {
                    let start = ((i * T::INPUTS + j) * inputs + input) * outputs + self.first;
                    *place = vectors::<S>(&self.u_gradient[start..start + S::F32_LANES])[0];
                }
                for (sum, factors) in row.iter_mut().zip(&tap_factors) {
                    *sum = combine(simd, factors, &places);
                }
            }
            for (a, factors) in tap_factors.iter().enumerate() {
                for b in 0..3 {
                    let mut column = [simd.splat_f32s(0.0); LARGEST];
                    for (value, row) in column.iter_mut().zip(&rows) {
                        *value = row[b];
                    }
                    let vector = combine(simd, factors, &column);
                    vectors_mut::<S>(&mut values[..S::F32_LANES])[0] = vector;
                    for (lane, &value) in values[..S::F32_LANES].iter().enumerate() {
                        self.gradient[lane * self.shape.taps() + input * 9 + 3 * a + b] = value;
                    }
                }
            }
        }
    }
}
