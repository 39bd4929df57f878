//! The layers that the article's network has with and without batch normalisation.

use burn::nn::conv::Conv2dConfig;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::Precision;

/// A 3x3 convolution from `inputs` to `outputs` channels, with stride 1 and without padding.
pub(super) fn conv3x3([inputs, outputs]: [usize; 2]) -> Conv2dConfig {
    Conv2dConfig::new([inputs, outputs], [3, 3])
}

/// The two linear layers: from `flattened` values to `hidden` features, and from these to `classes`.
pub(super) fn linear_layers(
    flattened: usize,
    [hidden, classes]: [usize; 2],
    device: &Device,
) -> [Linear; 2] {
    [
        LinearConfig::new(flattened, hidden).init(device),
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
