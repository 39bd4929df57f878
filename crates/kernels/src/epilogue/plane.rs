//! The layout of one image's sums.

use pulp::Simd;

/// The layout of one image's sums before bias and activation, or of their gradient.
///
/// Channels come last, padded to whole vectors. Rows may be longer than the image is wide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    /// Height and width of the image.
    pub(crate) size: [usize; 2],
    /// Channels of the image, without padding.
    pub(crate) channels: usize,
    /// Values from one row to the next.
    pub(crate) row: usize,
    /// Values from one pixel to the next.
    pub(crate) pixel: usize,
}

impl Plane {
    /// The index of a pixel's first channel.
    #[inline(always)]
    pub(super) fn index(&self, y: usize, x: usize) -> usize {
        y * self.row + x * self.pixel
    }

    /// Channels that fill whole vectors. The others are processed one by one.
    #[inline(always)]
    pub(super) fn whole_vectors<S: Simd>(&self) -> usize {
        self.channels / S::F32_LANES * S::F32_LANES
    }
}
