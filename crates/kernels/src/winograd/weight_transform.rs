//! The weights at the positions of a tile.

use std::marker::PhantomData;
use std::ops::Range;

use pulp::Simd;
use rayon::prelude::*;

use super::direction::Direction;
use super::grid::Grid;
use super::transform::{Tile, combine};
use crate::instructions::{Instructions, Kernel, WIDEST_LANES};
use crate::layer::Layer;
use crate::panels::Panels;
use crate::product::WIDTH;
use crate::scratch::Scratch;
use crate::shape::ConvShape;
use crate::vectors::{load, vectors_mut};

/// U = G g Gᵀ of every pair of channels, ordered by panel, then by position.
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
    let panel_values = Grid::<T>::POSITIONS * depth * width;
    let mut transformed = Scratch::uncleared(panels.count() * panel_values);
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

/// U of the columns of one panel.
struct WeightPanel<'a, T> {
    shape: &'a ConvShape,
    weights: &'a [f32],
    direction: Direction,
    /// Channels that the product sums over.
    depth: usize,
    columns: Range<usize>,
    /// Positions by depth by the panel's columns.
    values: &'a mut [f32],
    tile: PhantomData<T>,
}

impl<T: Tile> Kernel for WeightPanel<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let columns = Columns {
            shape: self.shape,
            weights: self.weights,
            direction: self.direction,
            range: self.columns,
        };
        let values = vectors_mut::<S>(self.values);
        for depth in 0..self.depth {
            for vector in 0..WIDTH {
                let weights = columns.load_kernels(simd, depth, vector);
                for (i, row) in T::WEIGHTS.iter().enumerate().take(T::INPUTS) {
                    let mut columns = [simd.splat_f32s(0.0); 3];
                    for (b, column) in columns.iter_mut().enumerate() {
                        let weights = [weights[b], weights[3 + b], weights[6 + b]];
                        *column = combine(simd, row, &weights);
                    }
                    for (j, row) in T::WEIGHTS.iter().enumerate().take(T::INPUTS) {
                        let at = (i * T::INPUTS + j) * self.depth + depth;
                        values[at * WIDTH + vector] = combine(simd, row, &columns);
                    }
                }
            }
        }
    }
}

/// The weights of some columns.
struct Columns<'a> {
    shape: &'a ConvShape,
    weights: &'a [f32],
    direction: Direction,
    range: Range<usize>,
}

impl Columns<'_> {
    /// The nine weights of one depth, for the columns of one vector. Columns after the last are zero.
    #[inline(always)]
    fn load_kernels<S: Simd>(&self, simd: S, depth: usize, vector: usize) -> [S::f32s; 9] {
        let mut lanes = [[0.0; WIDEST_LANES]; 9];
        for lane in 0..S::F32_LANES {
            let column = self.range.start + vector * S::F32_LANES + lane;
            let inside = self.range.contains(&column);
            for (weight, lanes) in lanes.iter_mut().enumerate() {
                lanes[lane] = if inside {
                    let start = self.direction.weights_start(self.shape, depth, column);
                    self.weights[start + weight]
                } else {
                    0.0
                };
            }
        }
        let mut kernels = [simd.splat_f32s(0.0); 9];
        for (vector, values) in kernels.iter_mut().zip(&lanes) {
            *vector = load::<S>(values, 0);
        }
        kernels
    }
}
