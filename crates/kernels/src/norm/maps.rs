//! The operands of a normalisation.

use super::statistics::Statistics;
use crate::activation::Activation;

/// The shape of a batch of maps with the channels last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MapShape {
    /// Number of images.
    pub batch: usize,
    /// Channels of a pixel.
    pub channels: usize,
    /// Height and width, in pixels.
    pub size: [usize; 2],
}

impl MapShape {
    /// Number of values of the whole batch.
    pub fn len(&self) -> usize {
        self.batch * self.image_len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of pixels of the whole batch.
    pub(crate) fn pixels(&self) -> usize {
        self.batch * self.size[0] * self.size[1]
    }

    /// Number of values of one image.
    pub(crate) fn image_len(&self) -> usize {
        self.size[0] * self.size[1] * self.channels
    }
}

/// A normalisation over a batch of maps.
#[derive(Clone, Copy, Debug)]
pub struct NormLayer<'a> {
    /// Batch, channels and size of the input.
    pub shape: MapShape,
    /// Maps with the channels last: `[batch, height, width, channels]`.
    pub input: &'a [f32],
    /// Mean and variance of each channel.
    pub statistics: &'a Statistics,
    /// γ: `[channels]`.
    pub scale: &'a [f32],
    /// β: `[channels]`.
    pub shift: &'a [f32],
    /// What is added to the variance.
    pub epsilon: f64,
    /// What is added before the activation, in the input's layout. Not with
    /// [`Activation::ReluMaxPool`].
    pub addend: Option<&'a [f32]>,
    /// What is applied last.
    pub activation: Activation,
}

impl NormLayer<'_> {
    /// # Panics
    /// If a slice does not have the length that the shape implies, or pooling has an addend.
    pub(super) fn check(&self) {
        let shape = &self.shape;
        assert_eq!(self.input.len(), shape.len(), "input");
        assert_eq!(self.scale.len(), shape.channels, "scale");
        assert_eq!(self.shift.len(), shape.channels, "shift");
        assert_eq!(self.statistics.mean.len(), shape.channels, "means");
        assert_eq!(self.statistics.variance.len(), shape.channels, "variances");
        if let Some(addend) = self.addend {
            assert_eq!(addend.len(), shape.len(), "addend");
            assert!(!self.pools(), "no addend before pooling");
        }
    }

    /// Whether the output is smaller than the input.
    pub(super) fn pools(&self) -> bool {
        self.activation == Activation::ReluMaxPool
    }

    /// Number of values of one output image.
    pub(super) fn output_image_len(&self) -> usize {
        let [height, width] = self.activation.output_size(self.shape.size);
        height * width * self.shape.channels
    }
}
