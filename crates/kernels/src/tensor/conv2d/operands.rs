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
    /// What is added before the activation.
    addend: Option<FlexTensor>,
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
            addend: None,
            activation: config.activation,
        }
    }

    /// The same with an addend.
    ///
    /// # Panics
    /// If it does not have the shape of the output.
    pub(super) fn with_addend(mut self, addend: FlexTensor) -> Self {
        assert_eq!(addend.shape(), self.output_shape(), "shape of the addend");
        self.addend = Some(with_channels_last(addend));
        self
    }

    /// The same without an addend, which the gradients do not need.
    pub(super) fn without_addend(mut self) -> Self {
        self.addend = None;
        self
    }

    /// The convolution as the kernels take it.
    pub(super) fn layer(&self) -> Layer<'_> {
        Layer {
            shape: self.shape,
            input: values(&self.input),
            weights: values(&self.weights),
            bias: values(&self.bias),
            addend: self.addend.as_ref().map(values).unwrap_or_default(),
            activation: self.activation,
        }
    }

    /// A tensor with the shape of the layer's output.
    pub(super) fn output(&self, values: Vec<f32>) -> FlexTensor {
        from_channels_last(values, self.output_shape())
    }

    fn output_shape(&self) -> Shape {
        let [height, width] = self.activation.output_size(self.shape.output_size());
        Shape::new([self.shape.batch, self.shape.outputs, height, width])
    }
}
