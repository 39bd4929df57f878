//! The layers that the article's network has with and without batch normalisation.

use burn::nn::conv::Conv2dConfig;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::Precision;

/// Pixels of a map after the last stage, whose side is ((32 − 4) / 2 − 4) / 2.
const LAST_PIXELS: usize = 5 * 5;

/// A 3x3 convolution from `inputs` to `outputs` channels, with stride 1 and without padding.
pub(super) fn conv3x3([inputs, outputs]: [usize; 2]) -> Conv2dConfig {
    Conv2dConfig::new([inputs, outputs], [3, 3])
}

/// The two linear layers: from maps of `channels` to `hidden` features, and from these to `classes`.
pub(super) fn linear_layers(
    channels: usize,
    hidden: usize,
    classes: usize,
    device: &Device,
) -> [Linear; 2] {
    [
        LinearConfig::new(channels * LAST_PIXELS, hidden).init(device),
        LinearConfig::new(hidden, classes).init(device),
    ]
}

/// One of the two linear layers; a ReLU follows the first.
pub(super) fn head_part(
    layers: [&Linear; 2],
    index: usize,
    x: Tensor<2>,
    precision: Precision,
) -> Tensor<2> {
    let sums = precision.linear(layers[index], x);
    if index == 0 { relu(sums) } else { sums }
}
