//! Lengths and offsets that a shape implies.

use crate::border::Border;
use crate::epilogue::Plane;
use crate::panels::Panels;
use crate::scratch::Scratch;
use crate::shape::ConvShape;

/// Lengths that a shape implies, in values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    pub(super) shape: ConvShape,
    /// The padding around an input image.
    pub(super) border: Border,
    /// Values under one row of the kernel.
    pub(super) window_row: usize,
    /// Distance between neighbouring windows of a row.
    pub(super) window_step: usize,
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
            window_step: shape.stride[1] * shape.inputs,
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

    /// Where the windows of output row `y` begin in a padded image, for one row of the kernel.
    pub(super) fn windows_start(&self, y: usize, kernel_row: usize) -> usize {
        let image_row = y * self.shape.stride[0] + kernel_row;
        image_row * self.border.padded[1] * self.shape.inputs
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
