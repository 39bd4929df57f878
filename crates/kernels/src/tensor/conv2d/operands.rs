//! The tensors of a convolution.

use burn::backend::TensorMetadata;
use burn::backend::flex::FlexTensor;
use burn::tensor::Shape;

use super::ConvConfig;
use crate::activation::Activation;
use crate::layer::Layer;
use crate::shape::ConvShape;
use crate::tensor::layout::{from_channels_last, values, with_channels_last};

/// The tensors of a convolution, in the memory layouts of the kernels.
#[derive(Clone, Debug)]
pub(super) struct Operands {
    shape: ConvShape,
    pub(super) input: FlexTensor,
    pub(super) weights: FlexTensor,
    pub(super) bias: FlexTensor,
    activation: Activation,
}

impl Operands {
    /// Brings tensors of any memory layout into that of the kernels.
    ///
    /// # Panics
    /// If the input does not have the channels that the weights expect.
    pub(super) fn new(
        input: FlexTensor,
        weights: FlexTensor,
        bias: FlexTensor,
        config: ConvConfig,
    ) -> Self {
        let [batch, inputs, height, width] = input.shape().dims();
        let [outputs, weight_inputs, kernel_height, kernel_width] = weights.shape().dims();
        assert_eq!(
            inputs, weight_inputs,
            "channels of the input and inputs of the weights"
        );
        let shape = ConvShape {
            batch,
            inputs,
            outputs,
            size: [height, width],
            kernel: [kernel_height, kernel_width],
            stride: config.stride,
            padding: config.padding,
        };
        Self {
            shape,
            input: with_channels_last(input),
            weights: weights.to_contiguous(),
            bias: bias.to_contiguous(),
            activation: config.activation,
        }
    }

    /// The convolution as the kernels take it.
    pub(super) fn layer(&self) -> Layer<'_> {
        Layer {
            shape: self.shape,
            input: values(&self.input),
            weights: values(&self.weights),
            bias: values(&self.bias),
            activation: self.activation,
        }
    }

    /// A tensor with the shape of the layer's output.
    pub(super) fn output(&self, values: Vec<f32>) -> FlexTensor {
        let [height, width] = self.activation.output_size(self.shape.output_size());
        let shape = Shape::new([self.shape.batch, self.shape.outputs, height, width]);
        from_channels_last(values, shape)
    }
}
