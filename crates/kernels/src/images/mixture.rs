//! What the images of a batch are made of.

use std::ops::Range;

/// A stored image in a view: shifted, then mirrored, then with a black hole.
///
/// Without mirroring, the pixel at row y and column x is the image's pixel at row y + `down` and column
/// x + `right`, or black if that is outside the image. Mirroring then swaps columns x and width − 1 − x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewedImage {
    /// The position of the image among the stored ones.
    pub image: usize,
    /// Whether it is mirrored, left to right.
    pub mirrored: bool,
    /// How far the window is moved down, in pixels.
    pub down: isize,
    /// How far the window is moved right, in pixels.
    pub right: isize,
    /// What is erased.
    pub hole: Hole,
}

/// A rectangle whose pixels are black. What is outside the image is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Its first row.
    pub top: usize,
    /// The row after its last.
    pub bottom: usize,
    /// Its first column.
    pub left: usize,
    /// The column after its last.
    pub right: usize,
}

impl Hole {
    /// A hole without pixels.
    pub const EMPTY: Self = Self {
        top: 0,
        bottom: 0,
        left: 0,
        right: 0,
    };
}

impl ViewedImage {
    /// The image at this position, neither shifted nor mirrored, and without a hole.
    pub fn unchanged(image: usize) -> Self {
        Self {
            image,
            mirrored: false,
            down: 0,
            right: 0,
            hole: Hole::EMPTY,
        }
    }
}

/// One image of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedImage {
    /// The image itself.
    pub own: ViewedImage,
    /// What it is mixed with, and how.
    pub mixture: Mixture,
}

/// What an image is mixed with.
#[derive(Clone, Debug, PartialEq)]
pub enum Mixture {
    /// Nothing.
    Unmixed,
    /// `weight` times the image and 1 − `weight` times its partner. A weight of 1 is not mixed.
    Weighted {
        /// The second image.
        partner: ViewedImage,
        /// The weight of the first one.
        weight: f32,
    },
    /// The pixels in these rows and columns are the partner's. What is outside the image is ignored.
    Pasted {
        /// The second image.
        partner: ViewedImage,
        /// The rows of the patch.
        rows: Range<usize>,
        /// Its columns.
        columns: Range<usize>,
    },
    /// These rows and columns show the whole partner, shrunk by taking the nearest pixels. What is outside the image is
    /// ignored.
    Shrunk {
        /// The second image.
        partner: ViewedImage,
        /// The rows of the patch.
        rows: Range<usize>,
        /// Its columns.
        columns: Range<usize>,
    },
}

/// The constants that normalise pixels from 0 to 255, one of each for every channel.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelConstants {
    /// What a pixel is multiplied by.
    pub scale: Vec<f32>,
    /// What is then added.
    pub shift: Vec<f32>,
}
