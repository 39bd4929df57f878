//! The article's network: two blocks of two convolutions, then two linear layers.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use mixup_kernels::Activation;

use super::{Body, Outline};
use crate::{NetworkConfig, Precision};

/// Pixels of a map after both blocks; its side is ((32 − 4) / 2 − 4) / 2.
pub(super) const LAST_PIXELS: usize = 5 * 5;

/// conv11, conv12, max-pool 2, conv21, conv22, max-pool 2, fc1, fc2.
///
/// Convolutions are 3x3, stride 1, without padding; a ReLU follows each of them and fc1. 1,082,186
/// parameters in the article's widths, for ten classes.
#[derive(Module, Debug)]
pub struct Cnn {
    conv11: Conv2d,
    conv12: Conv2d,
    conv21: Conv2d,
    conv22: Conv2d,
    fc1: Linear,
    fc2: Linear,
    #[module(skip)]
    pub(super) precision: Precision,
}

impl Body for Cnn {
    const OUTLINE: Outline = Outline {
        widths: &[("conv11.weight", 64), ("conv21.weight", 128)],
        widths_grow: false,
        hidden: Some(("fc1.weight", 256)),
        classes: "fc2.weight",
        stages: &["conv11", "conv12", "conv21", "conv22"],
        head: &["fc1", "fc2"],
    };

    fn layers(config: &NetworkConfig, classes: usize, device: &Device) -> Self {
        let [first, second] = config.widths();
        let hidden = config.hidden();
        let conv = |channels| Conv2dConfig::new(channels, [3, 3]).init(device);
        Self {
            conv11: conv([3, first]),
            conv12: conv([first, first]),
            conv21: conv([first, second]),
            conv22: conv([second, second]),
            fc1: LinearConfig::new(second * LAST_PIXELS, hidden).init(device),
            fc2: LinearConfig::new(hidden, classes).init(device),
            precision: Precision::F32,
        }
    }

    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        let (layer, activation) = [
            (&self.conv11, Activation::Relu),
            (&self.conv12, Activation::ReluMaxPool),
            (&self.conv21, Activation::Relu),
            (&self.conv22, Activation::ReluMaxPool),
        ][index];
        self.precision.conv2d(layer, x, activation)
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        let layer = [&self.fc1, &self.fc2][index];
        let sums = self.precision.linear(layer, x);
        if index == 0 { relu(sums) } else { sums }
    }
}
