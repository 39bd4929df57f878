//! From the tiles of one image to the matrices of its group, and back.
//!
//! Images and matrices both have the channels last, so every loop runs over vectors of channels.

use pulp::Simd;

use super::grid::Grid;
use super::lattice::{Lattice, LatticeMut, apply};
use super::transform::{Input, InputTransposed, Map, Output, OutputTransposed, Tile};
use crate::scratch::Scratch;
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

/// Where a tile begins in the image and in the matrices, and the distances between its values. All are
/// in vectors.
#[derive(Clone, Copy)]
struct Place {
    /// In the image.
    pixels: usize,
    /// From one row of the image to the next.
    row: usize,
    /// From one pixel to the next: the vectors of a pixel.
    pixel: usize,
    /// In the matrix of the first position.
    matrix: usize,
    /// From one position to the next.
    pitch: usize,
}

impl GroupImage {
    /// The place of a tile. `width` is the image's, in pixels.
    #[inline(always)]
    fn place<S: Simd, T: Tile>(&self, grid: &Grid<T>, width: usize, tile: usize) -> Place {
        let pixel = self.channels / S::F32_LANES;
        let columns = grid.tiles_by_axis[1];
        let (y, x) = (tile / columns * T::OUTPUTS, tile % columns * T::OUTPUTS);
        Place {
            pixels: (y * width + x) * pixel,
            row: width * pixel,
            pixel,
            matrix: (self.index * grid.tiles() + tile) * pixel,
            pitch: grid.pitch(self.images, self.channels) / S::F32_LANES,
        }
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
    let width = grid.border().padded[1];
    to_matrices::<S, T, Input<T>>(simd, grid, at, width, image, matrices);
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
    let width = grid.tiles_by_axis[1] * T::OUTPUTS;
    to_matrices::<S, T, OutputTransposed<T>>(simd, grid, at, width, plane, matrices);
}

/// Transforms the pixels of every tile to positions. `width` is the image's.
#[inline(always)]
fn to_matrices<S: Simd, T: Tile, M: Map>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    width: usize,
    image: &[f32],
    matrices: &mut [f32],
) {
    let (image, matrices) = (vectors::<S>(image), vectors_mut::<S>(matrices));
    for tile in 0..grid.tiles() {
        let place = at.place::<S, T>(grid, width, tile);
        for strip in 0..place.pixel {
            let pixels = Lattice::new(
                &image[place.pixels + strip..],
                [place.row, place.pixel],
                M::INPUTS,
            );
            let positions = LatticeMut::new(
                &mut matrices[place.matrix + strip..],
                [T::INPUTS * place.pitch, place.pitch],
                M::OUTPUTS,
            );
            apply::<S, M, false>(simd, pixels, positions);
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
    let width = grid.tiles_by_axis[1] * T::OUTPUTS;
    from_matrices::<S, T, Output<T>, false>(simd, grid, at, width, matrices, plane);
}

/// B V Bᵀ of every tile, added where tiles overlap, into an image.
#[inline(always)]
pub(super) fn to_input<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    matrices: &[f32],
    image: &mut [f32],
) {
    let border = grid.border();
    if border.is_empty() {
        to_bordered(simd, grid, at, matrices, image);
    } else {
        let mut bordered = Scratch::uncleared(border.padded_len());
        to_bordered(simd, grid, at, matrices, &mut bordered);
        border.crop(&bordered, image);
    }
}

/// The same into an image with the grid's border.
#[inline(always)]
fn to_bordered<S: Simd, T: Tile>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    matrices: &[f32],
    image: &mut [f32],
) {
    image.fill(0.0);
    let width = grid.border().padded[1];
    from_matrices::<S, T, InputTransposed<T>, true>(simd, grid, at, width, matrices, image);
}

/// Transforms positions to the pixels of every tile, or adds them to the pixels if `ADD`.
#[inline(always)]
fn from_matrices<S: Simd, T: Tile, M: Map, const ADD: bool>(
    simd: S,
    grid: &Grid<T>,
    at: &GroupImage,
    width: usize,
    matrices: &[f32],
    image: &mut [f32],
) {
    let (matrices, image) = (vectors::<S>(matrices), vectors_mut::<S>(image));
    for tile in 0..grid.tiles() {
        let place = at.place::<S, T>(grid, width, tile);
        for strip in 0..place.pixel {
            let positions = Lattice::new(
                &matrices[place.matrix + strip..],
                [T::INPUTS * place.pitch, place.pitch],
                M::INPUTS,
            );
            let pixels = LatticeMut::new(
                &mut image[place.pixels + strip..],
                [place.row, place.pixel],
                M::OUTPUTS,
            );
            apply::<S, M, ADD>(simd, positions, pixels);
        }
    }
}
