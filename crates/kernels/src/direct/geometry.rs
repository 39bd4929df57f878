//! Lengths and offsets that a shape implies.

use std::ops::Range;

use crate::border::Border;
use crate::epilogue::Plane;
use crate::panels::Panels;
use crate::scratch::Scratch;
use crate::shape::ConvShape;

/// Pixels of outputs that are computed together, at least. So many rows make the product of the weights'
/// gradient fast; their windows fit the second-level cache for all but the widest layers.
const BLOCK_PIXELS: usize = 128;
/// Values under a row of the kernel for which a copy of the windows is worth its time. Fewer are read
/// where they are, in many small products.
const COPIED_ROW: usize = 128;
/// Groups of images that a large enough batch is cut into, at least, so that many threads have work.
const GROUPS: usize = 16;

/// Lengths that a shape implies, in values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    pub(super) shape: ConvShape,
    /// The padding around an input image.
    pub(super) border: Border,
    /// Values under one row of the kernel.
    pub(super) window_row: usize,
    /// The output channels as the columns of a product.
    pub(super) outputs: Panels,
    /// The values under the whole kernel as the columns of a product.
    pub(super) windows: Panels,
}

impl Geometry {
    pub(super) fn new(shape: &ConvShape, lanes: usize) -> Self {
        let window_row = shape.kernel[1] * shape.inputs;
        Self {
            shape: *shape,
            border: Border {
                channels: shape.inputs,
                size: shape.size,
                before: shape.padding,
                padded: shape.padded_size(),
            },
            window_row,
            outputs: Panels {
                columns: shape.outputs,
                lanes,
            },
            windows: Panels {
                columns: shape.kernel[0] * window_row,
                lanes,
            },
        }
    }

    /// Where the window of an output begins in a padded image, for one row of the kernel.
    #[inline(always)]
    pub(super) fn window_start(&self, [y, x]: [usize; 2], kernel_row: usize) -> usize {
        let [vertical, horizontal] = self.shape.stride;
        let row = (y * vertical + kernel_row) * self.border.padded[1];
        (row + x * horizontal) * self.shape.inputs
    }

    /// Whether the windows of neighbouring outputs are neighbouring pixels of the image.
    pub(super) fn windows_are_pixels(&self) -> bool {
        self.shape.kernel == [1, 1] && self.shape.stride == [1, 1] && self.border.is_empty()
    }

    /// Whether windows are copied.
    pub(super) fn copies_windows(&self) -> bool {
        self.window_row >= COPIED_ROW && !self.windows_are_pixels()
    }

    /// Images that are computed together: more than one if their outputs have few pixels.
    pub(super) fn images_per_group(&self) -> usize {
        let [height, width] = self.shape.output_size();
        let enough = BLOCK_PIXELS.div_ceil(height * width);
        let most = if self.copies_windows() || self.windows_are_pixels() {
            enough
        } else {
            1
        };
        most.min(self.shape.batch.div_ceil(GROUPS)).max(1)
    }

    /// The rows of outputs that are computed together: all of small images, some of large ones.
    pub(super) fn bands(&self) -> impl Iterator<Item = Range<usize>> {
        let [height, width] = self.shape.output_size();
        let rows = BLOCK_PIXELS.div_ceil(width);
        // A last band of a few rows would be slow.
        let bands = (height / rows).max(1);
        (0..bands).map(move |band| height * band / bands..height * (band + 1) / bands)
    }

    /// The layout of one image's sums, with the channels padded to whole vectors.
    pub(super) fn plane(&self) -> Plane {
        let size = self.shape.output_size();
        let pixel = self.outputs.padded_columns();
        Plane {
            size,
            channels: self.shape.outputs,
            row: size[1] * pixel,
            pixel,
        }
    }

    /// The index of a weight in `[outputs, inputs, height, width]`, from its output channel and its
    /// offset in the window.
    pub(super) fn weight_index(&self, output: usize, offset: usize) -> usize {
        let shape = &self.shape;
        let (row, offset) = (offset / self.window_row, offset % self.window_row);
        let (column, input) = (offset / shape.inputs, offset % shape.inputs);
        ((output * shape.inputs + input) * shape.kernel[0] + row) * shape.kernel[1] + column
    }

    /// The weights as the right factor of the forward product: a row for each offset in the window.
    pub(super) fn pack_forward(&self, weights: &[f32]) -> Scratch {
        self.outputs.pack(self.windows.columns, |offset, output| {
            weights[self.weight_index(output, offset)]
        })
    }

    /// The weights as the right factor of the input gradient's product: a row for each output.
    pub(super) fn pack_backward(&self, weights: &[f32]) -> Scratch {
        self.windows.pack(self.shape.outputs, |output, offset| {
            weights[self.weight_index(output, offset)]
        })
    }
}

#[cfg(test)]
mod tests;
