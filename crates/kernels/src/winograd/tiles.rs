//! From the tiles of one image to the matrices of its group, and back.
//!
//! Images and matrices both have the channels last, so every loop runs over vectors of channels.

use pulp::Simd;

use super::grid::Grid;
use super::transform::{Input, InputTransposed, LARGEST, Map, Output, OutputTransposed, Tile};
use crate::vectors::{vectors, vectors_mut};

/// One image of a group, which says where its tiles lie in the group's matrices.
#[derive(Clone, Copy, Debug)]
pub(super) struct GroupImage {
    /// Number of images in the group.
    pub(super) images: usize,
    /// The index of this one.
    pub(super) index: usize,
    /// Channels of the matrices.
    pub(super) channels: usize,
}

impl GroupImage {
    /// The distance between positions and the start of a tile's first row, both in vectors.
    #[inline(always)]
    fn pitch_and_start<S: Simd, T: Tile>(&self, grid: &Grid<T>, tile: usize) -> (usize, usize) {
        let pitch = grid.pitch(self.images, self.channels) / S::F32_LANES;
        let start = (self.index * grid.tiles() + tile) * self.channels / S::F32_LANES;
        (pitch, start)
    }
}

/// Bᵀ d B of every tile. `image` includes the grid's border.
#[inline(always)]
pub(super) fn from_input<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    image: &[f32],
    matrices: &mut [f32],
) {
    let row = grid.border().padded[1];
    transform::<S, T, Input<T>>(simd, grid, at, (row, T::INPUTS), image, matrices);
}

/// A y Aᵀ of every tile. `plane` has the outputs of all tiles.
#[inline(always)]
pub(super) fn from_output<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    plane: &[f32],
    matrices: &mut [f32],
) {
    let row = grid.tiles_by_axis[1] * T::OUTPUTS;
    transform::<S, T, OutputTransposed<T>>(simd, grid, at, (row, T::OUTPUTS), plane, matrices);
}

/// Transforms tiles of `size` by `size` pixels to positions. `row` is the image's width.
#[inline(always)]
fn transform<S: Simd, T: Tile, M: Map>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    (row, size): (usize, usize),
    image: &[f32],
    matrices: &mut [f32],
) {
    let (image, matrices) = (vectors::<S>(image), vectors_mut::<S>(matrices));
    let strips = at.channels / S::F32_LANES;
    let zeros = [simd.splat_f32s(0.0); LARGEST];
    for tile in 0..grid.tiles() {
        let (pitch, start) = at.pitch_and_start::<S, T>(grid, tile);
        let (y, x) = (
            tile / grid.tiles_by_axis[1] * T::OUTPUTS,
            tile % grid.tiles_by_axis[1] * T::OUTPUTS,
        );
        for strip in 0..strips {
            let mut columns = [zeros; LARGEST];
            for j in 0..size {
                let mut column = zeros;
                for (i, value) in column.iter_mut().enumerate().take(size) {
                    *value = image[((y + i) * row + x + j) * strips + strip];
                }
                columns[j] = M::apply(simd, column);
            }
            for i in 0..T::INPUTS {
                let mut line = zeros;
                for (value, column) in line.iter_mut().zip(&columns) {
                    *value = column[i];
                }
                let line = M::apply(simd, line);
                for (j, &value) in line.iter().enumerate().take(T::INPUTS) {
                    matrices[(i * T::INPUTS + j) * pitch + start + strip] = value;
                }
            }
        }
    }
}

/// Aᵀ M A of every tile, into a plane of the outputs of all tiles.
#[inline(always)]
pub(super) fn to_output<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    matrices: &[f32],
    plane: &mut [f32],
) {
    let row = grid.tiles_by_axis[1] * T::OUTPUTS;
    inverse::<S, T, Output<T>, false>(simd, grid, at, (row, T::OUTPUTS), matrices, plane);
}

/// B V Bᵀ of every tile, added where tiles overlap, into an image with the grid's border.
#[inline(always)]
pub(super) fn to_input<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    matrices: &[f32],
    image: &mut [f32],
) {
    image.fill(0.0);
    let row = grid.border().padded[1];
    inverse::<S, T, InputTransposed<T>, true>(simd, grid, at, (row, T::INPUTS), matrices, image);
}

/// Transforms positions to tiles of `size` by `size` pixels, or adds them to the tiles if `ADD`.
#[inline(always)]
fn inverse<S: Simd, T: Tile, M: Map, const ADD: bool>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    (row, size): (usize, usize),
    matrices: &[f32],
    image: &mut [f32],
) {
    let (matrices, image) = (vectors::<S>(matrices), vectors_mut::<S>(image));
    let strips = at.channels / S::F32_LANES;
    let zeros = [simd.splat_f32s(0.0); LARGEST];
    for tile in 0..grid.tiles() {
        let (pitch, start) = at.pitch_and_start::<S, T>(grid, tile);
        let (y, x) = (
            tile / grid.tiles_by_axis[1] * T::OUTPUTS,
            tile % grid.tiles_by_axis[1] * T::OUTPUTS,
        );
        for strip in 0..strips {
            let mut columns = [zeros; LARGEST];
            for j in 0..T::INPUTS {
                let mut column = zeros;
                for (i, value) in column.iter_mut().enumerate().take(T::INPUTS) {
                    *value = matrices[(i * T::INPUTS + j) * pitch + start + strip];
                }
                columns[j] = M::apply(simd, column);
            }
            for i in 0..size {
                let mut line = zeros;
                for (value, column) in line.iter_mut().zip(&columns) {
                    *value = column[i];
                }
                let line = M::apply(simd, line);
                for (j, &value) in line.iter().enumerate().take(size) {
                    let pixel = &mut image[((y + i) * row + x + j) * strips + strip];
                    *pixel = if ADD {
                        simd.add_f32s(*pixel, value)
                    } else {
                        value
                    };
                }
            }
        }
    }
}
