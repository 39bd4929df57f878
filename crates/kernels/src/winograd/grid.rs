//! How the images of a convolution are cut into tiles, and how their transforms lie in memory.

use std::marker::PhantomData;

use super::transform::Tile;
use crate::border::Border;
use crate::epilogue::Plane;
use crate::shape::ConvShape;

/// Tiles of a group, at least. With so many rows the products run at full speed.
const GROUP_TILES: usize = 48;
/// Groups that a large enough batch is cut into, at least, so that many threads have work.
const GROUPS: usize = 16;
/// Unused values after the matrix of each position. Without them, the positions of a tile could all
/// map to the same lines of the cache.
const GAP: usize = 16;

/// How the images of a convolution are cut into tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid<T> {
    pub(super) shape: ConvShape,
    /// Number of tiles in a column and in a row of an image.
    pub(super) tiles_by_axis: [usize; 2],
    tile: PhantomData<T>,
}

impl<T: Tile> Grid<T> {
    /// Number of positions in a tile's transform.
    pub(super) const POSITIONS: usize = T::INPUTS * T::INPUTS;

    pub(super) fn new(shape: &ConvShape) -> Self {
        Self {
            shape: *shape,
            tiles_by_axis: shape
                .output_size()
                .map(|length| length.div_ceil(T::OUTPUTS)),
            tile: PhantomData,
        }
    }

    /// Number of tiles in an image.
    pub(super) fn tiles(&self) -> usize {
        self.tiles_by_axis[0] * self.tiles_by_axis[1]
    }

    /// Number of multiplications for one pair of channels of one image.
    pub(super) fn multiplications(&self) -> usize {
        self.tiles() * Self::POSITIONS
    }

    /// Number of images in a group.
    pub(super) fn images_per_group(&self) -> usize {
        let enough = GROUP_TILES.div_ceil(self.tiles());
        enough.min(self.shape.batch.div_ceil(GROUPS)).max(1)
    }

    /// Whether the tiles of a group are so few that its weights outnumber them.
    pub(super) fn has_few_tiles(&self) -> bool {
        3 * self.images_per_group() * self.tiles() < self.shape.inputs.min(self.shape.outputs)
    }

    /// Distance between neighbouring positions, for the matrices of `images` images.
    pub(super) fn pitch(&self, images: usize, channels: usize) -> usize {
        images * self.tiles() * channels + GAP
    }

    /// Number of values in all matrices of `images` images.
    pub(super) fn matrices_len(&self, images: usize, channels: usize) -> usize {
        Self::POSITIONS * self.pitch(images, channels)
    }

    /// The border that extends an input image to what its tiles read.
    pub(super) fn border(&self) -> Border {
        Border {
            channels: self.shape.inputs,
            size: self.shape.size,
            before: self.shape.padding,
            padded: self.tiles_by_axis.map(|tiles| tiles * T::OUTPUTS + 2),
        }
    }

    /// The layout of the outputs of all tiles of an image.
    pub(super) fn plane(&self) -> Plane {
        Plane {
            size: self.shape.output_size(),
            channels: self.shape.outputs,
            row: self.tiles_by_axis[1] * T::OUTPUTS * self.shape.outputs,
            pixel: self.shape.outputs,
        }
    }

    /// Whether the tiles extend past the image.
    pub(super) fn plane_exceeds_image(&self) -> bool {
        self.tiles_by_axis.map(|tiles| tiles * T::OUTPUTS) != self.shape.output_size()
    }

    /// Number of values in a [`Plane`].
    pub(super) fn plane_len(&self) -> usize {
        self.tiles_by_axis[0] * T::OUTPUTS * self.plane().row
    }
}

#[cfg(test)]
mod tests;
