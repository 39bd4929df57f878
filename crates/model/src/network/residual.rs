//! What the residual networks share: a stem and layers of blocks.

use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, PaddingConfig2d};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::Activation;

use crate::Precision;

/// A residual block.
pub(super) trait ResidualBlock: Sized {
    /// A block from `inputs` to `outputs` channels, whose first convolution has this stride.
    fn new(channels: [usize; 2], stride: usize, device: &Device) -> Self;

    /// `[batch, inputs, height, width]` to `[batch, outputs, height / stride, width / stride]`,
    /// rounded up.
    fn forward(&self, x: Tensor<4>, precision: Precision) -> Tensor<4>;
}

/// `count` blocks. The first one changes the channels and has the stride.
pub(super) fn layer<B: ResidualBlock>(
    [inputs, outputs]: [usize; 2],
    stride: usize,
    count: usize,
    device: &Device,
) -> Vec<B> {
    let first = B::new([inputs, outputs], stride, device);
    let others = (1..count).map(|_| B::new([outputs, outputs], 1, device));
    std::iter::once(first).chain(others).collect()
}

/// A 3x3 convolution that keeps the size of its maps at stride 1. It has no bias, because the
/// normalisation after it would subtract the bias.
pub(super) fn conv3x3([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([inputs, outputs], [3, 3])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .with_bias(false)
        .init(device)
}

/// The first stage: a convolution, its normalisation and a ReLU.
pub(super) fn stem(
    conv: &Conv2d,
    norm: &BatchNorm,
    images: Tensor<4>,
    precision: Precision,
) -> Tensor<4> {
    precision.conv2d_norm(conv, norm, images, Activation::Relu)
}

/// Every other stage: the blocks of a layer, one after another. The last stage then takes the mean of each
/// channel.
pub(super) fn apply<B: ResidualBlock>(
    layer: &[B],
    x: Tensor<4>,
    precision: Precision,
) -> Tensor<4> {
    layer.iter().fold(x, |x, block| block.forward(x, precision))
}

#[cfg(test)]
mod tests;
