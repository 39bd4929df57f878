//! Layers that treat every point alike, and the largest values of all points.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, Linear};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::Activation;

use crate::Precision;

/// One linear layer for every point: a 1x1 convolution. PyTorch's is a `Conv1d`.
#[derive(Module, Debug)]
pub(super) struct Pointwise {
    pub(super) conv: Conv2d,
}

/// A layer from `inputs` to `outputs` channels.
pub(super) fn pointwise([inputs, outputs]: [usize; 2], device: &Device) -> Pointwise {
    Pointwise {
        conv: Conv2dConfig::new([inputs, outputs], [1, 1]).init(device),
    }
}

impl Pointwise {
    /// The layer, the normalisation of its sums and the activation after that.
    pub(super) fn norm(
        &self,
        norm: &BatchNorm,
        x: Tensor<4>,
        activation: Activation,
        precision: Precision,
    ) -> Tensor<4> {
        precision.conv2d_norm(&self.conv, norm, x, activation)
    }
}

/// A linear layer, the normalisation of its sums and a ReLU.
pub(super) fn linear_norm(
    linear: &Linear,
    norm: &BatchNorm,
    x: Tensor<2>,
    precision: Precision,
) -> Tensor<2> {
    let sums = precision.linear(linear, x).unsqueeze_dims(&[2, 3]);
    precision.norm(norm, sums, Activation::Relu).flatten(1, 3)
}
