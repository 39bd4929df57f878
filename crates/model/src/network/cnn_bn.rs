//! The article's network with batch normalisation.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::Activation;

use super::Stages;
use super::article_layers::{conv3x3, head_part, linear_layers};
use crate::Precision;
use crate::norm::new_batch_norm;

/// The article's layers, with batch normalisation between each convolution and its ReLU.
///
/// The convolutions have no bias, because the normalisation would subtract it. The network has
/// 1,082,570 parameters with the article's widths and ten classes.
///
/// # Source
/// Ioffe and Szegedy, "Batch Normalization", 2015.
#[derive(Module, Debug)]
pub struct CnnBn {
    conv11: Conv2d,
    bn11: BatchNorm,
    conv12: Conv2d,
    bn12: BatchNorm,
    conv21: Conv2d,
    bn21: BatchNorm,
    conv22: Conv2d,
    bn22: BatchNorm,
    fc1: Linear,
    fc2: Linear,
    #[module(skip)]
    pub(super) precision: Precision,
}

impl CnnBn {
    /// Channels of the images and of both blocks, pixels of the last maps, and outputs of the linear
    /// layers.
    pub(super) fn new(
        [input, first, second]: [usize; 3],
        pixels: usize,
        outputs: [usize; 2],
        device: &Device,
    ) -> Self {
        let conv = |channels| conv3x3(channels).with_bias(false).init(device);
        let [fc1, fc2] = linear_layers(second * pixels, outputs, device);
        Self {
            conv11: conv([input, first]),
            bn11: new_batch_norm(first, device),
            conv12: conv([first, first]),
            bn12: new_batch_norm(first, device),
            conv21: conv([first, second]),
            bn21: new_batch_norm(second, device),
            conv22: conv([second, second]),
            bn22: new_batch_norm(second, device),
            fc1,
            fc2,
            precision: Precision::F32,
        }
    }
}

impl Stages for CnnBn {
    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        let (conv, norm, activation) = [
            (&self.conv11, &self.bn11, Activation::Relu),
            (&self.conv12, &self.bn12, Activation::ReluMaxPool),
            (&self.conv21, &self.bn21, Activation::Relu),
            (&self.conv22, &self.bn22, Activation::ReluMaxPool),
        ][index];
        self.precision.conv2d_norm(conv, norm, x, activation)
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        head_part([&self.fc1, &self.fc2], index, x, self.precision)
    }
}
