//! The matrices at the positions of a group's tiles, and their products with the weights.

use pulp::Simd;

use super::grid::Grid;
use super::tiles::{self, GroupImage};
use super::transform::Tile;
use crate::panels::Panels;
use crate::product::{Left, Right, Target, WIDTH, multiply_panel};
use crate::scratch::Scratch;
use crate::vectors::{vectors, vectors_mut};

/// Writes V of a group's images to `v`.
#[inline(always)]
pub(super) fn transform_images<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    input: &[f32],
    v: &mut [f32],
) {
    let shape = &grid.shape;
    let images = input.len() / shape.input_image_len();
    let border = grid.border();
    let mut bordered = Scratch::uncleared(border.padded_len());
    for (index, input) in input.chunks_exact(shape.input_image_len()).enumerate() {
        let at = GroupImage {
            images,
            index,
            channels: shape.inputs,
        };
        let input = border.padded(input, &mut bordered);
        tiles::from_input(simd, grid, &at, input, v);
    }
}

/// At every position, writes the matrix of `from` times the weights in `panels` to `to`.
#[inline(always)]
pub(super) fn multiply_positions<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    images: usize,
    (depth, columns): (usize, usize),
    panels: &[f32],
    from: &[f32],
    to: &mut [f32],
) {
    let rows = images * grid.tiles();
    let lanes = S::F32_LANES;
    let layout = Panels { columns, lanes };
    let position_vectors = depth * WIDTH;
    let (panels, to) = (vectors::<S>(panels), vectors_mut::<S>(to));
    for position in 0..Grid::<T>::POSITIONS {
        let from = &from[position * grid.pitch(images, depth)..];
        let to = &mut to[position * grid.pitch(images, columns) / lanes..];
        for (index, (first, width)) in layout.vectors().enumerate() {
            let start = (index * Grid::<T>::POSITIONS + position) * position_vectors;
            multiply_panel::<S, false>(
                simd,
                (rows, width, depth),
                Left {
                    values: from,
                    row_step: depth,
                    depth_step: 1,
                },
                Right {
                    values: &panels[start..start + position_vectors],
                    depth_step: WIDTH,
                },
                Target {
                    values: &mut to[first..],
                    row_step: columns / lanes,
                },
            );
        }
    }
}
