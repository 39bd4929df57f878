//! How the images of a convolution are cut into tiles, and where their transforms lie.

use std::marker::PhantomData;

use crate::epilogue::Plane;
use crate::shape::ConvShape;
use crate::transform::Tile;

/// Tiles of a group: enough rows for the products to run at full speed.
const TILES: usize = 48;
/// Groups that a batch is cut into where it is large enough, so that many threads have work.
const GROUPS: usize = 16;
/// Values between two places beyond their matrices, so that the places of a tile do not all fall
/// into the same lines of the cache.
const GAP: usize = 16;

/// How the images of a convolution are cut into tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid<T> {
    pub(super) shape: ConvShape,
    /// Tiles in a column and in a row.
    pub(super) tiles: [usize; 2],
    tile: PhantomData<T>,
}

impl<T: Tile> Grid<T> {
    /// Places of a tile.
    pub(super) const PLACES: usize = T::INPUTS * T::INPUTS;

    pub(super) fn new(shape: &ConvShape) -> Self {
        Self {
            shape: *shape,
            tiles: shape
                .output_size()
                .map(|length| length.div_ceil(T::OUTPUTS)),
            tile: PhantomData,
        }
    }

    /// Tiles of an image.
    pub(super) fn tiles(&self) -> usize {
        self.tiles[0] * self.tiles[1]
    }

    /// Products for one pair of channels of one image.
    pub(super) fn products(&self) -> usize {
        self.tiles() * Self::PLACES
    }

    /// Images in a group.
    pub(super) fn group(&self) -> usize {
        let enough = TILES.div_ceil(self.tiles());
        // Many groups where the batch allows, so that many threads have something to do.
        enough.min(self.shape.batch.div_ceil(GROUPS)).max(1)
    }

    /// Values from one place to the next, in the matrices of `images` images.
    pub(super) fn pitch(&self, images: usize, channels: usize) -> usize {
        images * self.tiles() * channels + GAP
    }

    /// Values of all matrices of `images` images.
    pub(super) fn matrices(&self, images: usize, channels: usize) -> usize {
        Self::PLACES * self.pitch(images, channels)
    }

    /// Height and width that the tiles read.
    pub(super) fn padded(&self) -> [usize; 2] {
        self.tiles.map(|tiles| tiles * T::OUTPUTS + 2)
    }

    /// The outputs of all tiles of an image.
    pub(super) fn plane(&self) -> Plane {
        Plane {
            size: self.shape.output_size(),
            channels: self.shape.outputs,
            row: self.tiles[1] * T::OUTPUTS * self.shape.outputs,
            pixel: self.shape.outputs,
        }
    }

    /// Values of a [`Plane`].
    pub(super) fn plane_values(&self) -> usize {
        self.tiles[0] * T::OUTPUTS * self.plane().row
    }
}
