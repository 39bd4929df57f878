//! The tensors of a normalisation.

use burn::backend::TensorMetadata;
use burn::backend::flex::FlexTensor;
use burn::tensor::Shape;

use super::BatchNormConfig;
use crate::activation::Activation;
use crate::norm::{MapShape, NormLayer, Statistics};
use crate::tensor::layout::{from_channels_last, values, with_channels_last};

/// The tensors of a normalisation, in the memory layouts of the kernels.
#[derive(Clone, Debug)]
pub(super) struct Operands {
    shape: MapShape,
    pub(super) input: FlexTensor,
    pub(super) scale: FlexTensor,
    pub(super) shift: FlexTensor,
    addend: Option<FlexTensor>,
    statistics: Statistics,
    config: BatchNormConfig,
}

impl Operands {
    /// Brings tensors of any memory layout into that of the kernels.
    ///
    /// # Panics
    /// If an addend has another shape than the input.
    pub(super) fn new(
        input: FlexTensor,
        addend: Option<FlexTensor>,
        [scale, shift]: [FlexTensor; 2],
        statistics: [FlexTensor; 2],
        config: BatchNormConfig,
    ) -> Self {
        if let Some(addend) = &addend {
            assert_eq!(addend.shape(), input.shape(), "shape of the addend");
        }
        let [batch, channels, height, width] = input.shape().dims();
        let [mean, variance] =
            statistics.map(|statistic| values(&statistic.to_contiguous()).to_vec());
        Self {
            shape: MapShape {
                batch,
                channels,
                size: [height, width],
            },
            input: with_channels_last(input),
            scale: scale.to_contiguous(),
            shift: shift.to_contiguous(),
            addend: addend.map(with_channels_last),
            statistics: Statistics { mean, variance },
            config,
        }
    }

    /// Whether the gradient reads the output. What an activation did is computed again from the input,
    /// unless there is an addend.
    pub(super) fn keeps_output(&self) -> bool {
        self.addend.is_some() && self.config.activation == Activation::Relu
    }

    /// The normalisation as the kernels take it.
    pub(super) fn layer(&self) -> NormLayer<'_> {
        NormLayer {
            shape: self.shape,
            input: values(&self.input),
            statistics: &self.statistics,
            scale: values(&self.scale),
            shift: values(&self.shift),
            epsilon: self.config.epsilon,
            addend: self.addend.as_ref().map(values),
            activation: self.config.activation,
        }
    }

    /// A tensor with the shape of the output.
    pub(super) fn output(&self, values: Vec<f32>) -> FlexTensor {
        let [height, width] = self.config.activation.output_size(self.shape.size);
        let shape = Shape::new([self.shape.batch, self.shape.channels, height, width]);
        from_channels_last(values, shape)
    }
}
