//! The shape of a convolution.

/// Batch, channels and geometry of a two-dimensional convolution without groups or dilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    /// Number of images.
    pub batch: usize,
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Height and width of the input, in pixels.
    pub size: [usize; 2],
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Distance between neighbouring windows, vertically and horizontally.
    pub stride: [usize; 2],
    /// Zeros added on each side: above and below, then left and right.
    pub padding: [usize; 2],
}

impl ConvShape {
    /// Height and width of the output, in pixels.
    ///
    /// # Panics
    /// If the kernel is larger than the padded input, or a kernel side or stride is 0.
    pub fn output_size(&self) -> [usize; 2] {
        let padded = self.padded_size();
        [0, 1].map(|axis| {
            assert!(
                self.kernel[axis] >= 1
                    && self.kernel[axis] <= padded[axis]
                    && self.stride[axis] >= 1,
                "a kernel within the padded input and a positive stride: {self:?}"
            );
            (padded[axis] - self.kernel[axis]) / self.stride[axis] + 1
        })
    }

    /// Height and width of the input with its padding, in pixels.
    pub(crate) fn padded_size(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.size[axis] + 2 * self.padding[axis])
    }

    /// Number of values in one input image.
    pub fn input_image_len(&self) -> usize {
        self.inputs * self.size[0] * self.size[1]
    }

    /// Number of weights, PyTorch's `[outputs, inputs, height, width]`.
    pub fn weights_len(&self) -> usize {
        self.outputs * self.filter_len()
    }

    /// Number of weights of one output channel.
    pub(crate) fn filter_len(&self) -> usize {
        self.inputs * self.kernel[0] * self.kernel[1]
    }
}

#[cfg(test)]
mod tests;
