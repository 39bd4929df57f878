//! The shape of a convolution.

/// Batch, channels and geometry of a two-dimensional convolution without groups or dilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    /// Images.
    pub batch: usize,
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Height and width of the input, in pixels.
    pub size: [usize; 2],
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Step between two windows, vertically and horizontally.
    pub stride: [usize; 2],
    /// Zeros added above and below, and left and right.
    pub padding: [usize; 2],
}

impl ConvShape {
    /// Height and width of the output, in pixels.
    ///
    /// # Panics
    /// Where the kernel is larger than the padded input, or kernel or stride is 0.
    pub fn output_size(&self) -> [usize; 2] {
        [0, 1].map(|axis| {
            let padded = self.size[axis] + 2 * self.padding[axis];
            assert!(
                self.kernel[axis] >= 1 && self.kernel[axis] <= padded && self.stride[axis] >= 1,
                "a kernel within the padded input and a positive stride: {self:?}"
            );
            (padded - self.kernel[axis]) / self.stride[axis] + 1
        })
    }

    /// Values of one input image.
    pub fn input_image(&self) -> usize {
        self.inputs * self.size[0] * self.size[1]
    }

    /// Values of the weights, PyTorch's `[outputs, inputs, height, width]`.
    pub fn weights(&self) -> usize {
        self.outputs * self.taps()
    }

    /// Weights of one output channel.
    pub(crate) fn taps(&self) -> usize {
        self.inputs * self.kernel[0] * self.kernel[1]
    }
}
