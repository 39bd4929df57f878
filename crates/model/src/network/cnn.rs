//! The article's network: two blocks of two convolutions, then two linear layers.

use burn::module::Module;
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::Activation;

use super::Stages;
use super::article_layers::{conv3x3, head_part, linear_layers};
use crate::Precision;

/// conv11, conv12, max-pool 2, conv21, conv22, max-pool 2, fc1, fc2.
///
/// Convolutions are 3x3 with stride 1 and without padding. A ReLU follows each of them, and fc1. The
/// network has 1,082,186 parameters with the article's widths and ten classes.
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

impl Cnn {
    /// Channels of the images and of both blocks, pixels of the last maps, and outputs of the linear
    /// layers.
    pub(super) fn new(
        [input, first, second]: [usize; 3],
        pixels: usize,
        outputs: [usize; 2],
        device: &Device,
    ) -> Self {
        let conv = |channels| conv3x3(channels).init(device);
        let [fc1, fc2] = linear_layers(second * pixels, outputs, device);
        Self {
            conv11: conv([input, first]),
            conv12: conv([first, first]),
            conv21: conv([first, second]),
            conv22: conv([second, second]),
            fc1,
            fc2,
            precision: Precision::F32,
        }
    }
}

impl Stages for Cnn {
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
        head_part([&self.fc1, &self.fc2], index, x, self.precision)
    }
}
