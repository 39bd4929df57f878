//! Layers that several networks are made of, without their weights.

use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, PaddingConfig2d};
use burn::tensor::{Device, Tensor};

/// A 3x3 convolution that keeps the size of its maps at stride 1. It has no bias: a normalisation
/// follows, which subtracts it again.
pub(super) fn conv3x3([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([inputs, outputs], [3, 3])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .with_bias(false)
        .init(device)
}

/// Burn's defaults are PyTorch's: ε 1e-5, momentum 0.1.
pub(super) fn batch_norm(channels: usize, device: &Device) -> BatchNorm {
    BatchNormConfig::new(channels).init(device)
}

/// Mean over the pixels of maps that were flattened: `[batch, channels * pixels]` to
/// `[batch, channels]`.
pub(super) fn average_pool(x: Tensor<2>, channels: usize) -> Tensor<2> {
    let [batch, features] = x.dims();
    x.reshape([batch, channels, features / channels])
        .mean_dim(2)
        .squeeze_dim(2)
}
