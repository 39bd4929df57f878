//! Tiles of one image to and from their places.
//!
//! Everything runs over the channels, a vector at a time: images and matrices both have them last.

use pulp::Simd;

use super::grid::Grid;
use crate::instructions::{vectors, vectors_mut};
use crate::transform::{Input, InputTransposed, LARGEST, Map, Output, OutputTransposed, Tile};

/// Where an image's tiles lie in the matrices of its group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// Images in the group.
    pub(super) images: usize,
    /// Which of them.
    pub(super) image: usize,
    /// Channels of the matrices.
    pub(super) channels: usize,
}

impl Slot {
    /// Vectors from one place to the next, and the vector where a tile begins.
    #[inline(always)]
    fn vectors<S: Simd, T: Tile>(&self, grid: &Grid<T>, tile: usize) -> (usize, usize) {
        let pitch = grid.pitch(self.images, self.channels) / S::F32_LANES;
        let first = (self.image * grid.tiles() + tile) * self.channels / S::F32_LANES;
        (pitch, first)
    }
}

/// Bᵀ d B of every tile: `image` has the size that the tiles read.
#[inline(always)]
pub(super) fn from_input<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    slot: &Slot,
    image: &[f32],
    matrices: &mut [f32],
) {
    let row = grid.padded()[1];
    transform::<S, T, Input<T>>(simd, grid, slot, (row, T::INPUTS), image, matrices);
}

/// A y Aᵀ of every tile: `plane` has the outputs of all tiles.
#[inline(always)]
pub(super) fn from_output<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    slot: &Slot,
    plane: &[f32],
    matrices: &mut [f32],
) {
    let row = grid.tiles[1] * T::OUTPUTS;
    transform::<S, T, OutputTransposed<T>>(simd, grid, slot, (row, T::OUTPUTS), plane, matrices);
}

/// Tiles of `size` pixels squared become places; `row` is the image's width.
#[inline(always)]
fn transform<S: Simd, T: Tile, M: Map>(
    simd: S,
    grid: &Grid<T>,
    slot: &Slot,
    (row, size): (usize, usize),
    image: &[f32],
    matrices: &mut [f32],
) {
    let (image, matrices) = (vectors::<S>(image), vectors_mut::<S>(matrices));
    let strips = slot.channels / S::F32_LANES;
    let zeros = [simd.splat_f32s(0.0); LARGEST];
    for tile in 0..grid.tiles() {
        let (pitch, place) = slot.vectors::<S, T>(grid, tile);
        let (y, x) = (
            tile / grid.tiles[1] * T::OUTPUTS,
            tile % grid.tiles[1] * T::OUTPUTS,
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
                    matrices[(i * T::INPUTS + j) * pitch + place + strip] = value;
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
    slot: &Slot,
    matrices: &[f32],
    plane: &mut [f32],
) {
    let row = grid.tiles[1] * T::OUTPUTS;
    inverse::<S, T, Output<T>, false>(simd, grid, slot, (row, T::OUTPUTS), matrices, plane);
}

/// B V Bᵀ of every tile, added where tiles overlap, into an image of the size that the tiles read.
#[inline(always)]
pub(super) fn to_input<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    slot: &Slot,
    matrices: &[f32],
    image: &mut [f32],
) {
    image.fill(0.0);
    let row = grid.padded()[1];
    inverse::<S, T, InputTransposed<T>, true>(simd, grid, slot, (row, T::INPUTS), matrices, image);
}

/// Places become tiles of `size` pixels squared, or are added to them where `ADD`.
#[inline(always)]
fn inverse<S: Simd, T: Tile, M: Map, const ADD: bool>(
    simd: S,
    grid: &Grid<T>,
    slot: &Slot,
    (row, size): (usize, usize),
    matrices: &[f32],
    image: &mut [f32],
) {
    let (matrices, image) = (vectors::<S>(matrices), vectors_mut::<S>(image));
    let strips = slot.channels / S::F32_LANES;
    let zeros = [simd.splat_f32s(0.0); LARGEST];
    for tile in 0..grid.tiles() {
        let (pitch, place) = slot.vectors::<S, T>(grid, tile);
        let (y, x) = (
            tile / grid.tiles[1] * T::OUTPUTS,
            tile % grid.tiles[1] * T::OUTPUTS,
        );
        for strip in 0..strips {
            let mut columns = [zeros; LARGEST];
            for j in 0..T::INPUTS {
                let mut column = zeros;
                for (i, value) in column.iter_mut().enumerate().take(T::INPUTS) {
                    *value = matrices[(i * T::INPUTS + j) * pitch + place + strip];
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
                    let place = &mut image[((y + i) * row + x + j) * strips + strip];
                    *place = if ADD {
                        simd.add_f32s(*place, value)
                    } else {
                        value
                    };
                }
            }
        }
    }
}
