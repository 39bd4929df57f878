//! The article's network with batch normalisation.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor};
use mixup_kernels::Activation;

use super::cnn::LAST_PIXELS;
use super::layers::batch_norm;
use super::{Body, Outline};
use crate::{NetworkConfig, Precision};

/// The article's layers, with batch normalisation between each convolution and its ReLU.
///
/// Its convolutions have no bias, which the normalisation would subtract again. 1,082,570 parameters
/// in the article's widths, for ten classes.
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

impl Body for CnnBn {
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
        let conv = |channels| {
            let conv = Conv2dConfig::new(channels, [3, 3]).with_bias(false);
            conv.init(device)
        };
        Self {
            conv11: conv([3, first]),
            bn11: batch_norm(first, device),
            conv12: conv([first, first]),
            bn12: batch_norm(first, device),
            conv21: conv([first, second]),
            bn21: batch_norm(second, device),
            conv22: conv([second, second]),
            bn22: batch_norm(second, device),
            fc1: LinearConfig::new(second * LAST_PIXELS, hidden).init(device),
            fc2: LinearConfig::new(hidden, classes).init(device),
            precision: Precision::F32,
        }
    }

    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        let (conv, norm, pools) = [
            (&self.conv11, &self.bn11, false),
            (&self.conv12, &self.bn12, true),
            (&self.conv21, &self.bn21, false),
            (&self.conv22, &self.bn22, true),
        ][index];
        let sums = self.precision.conv2d(conv, x, Activation::Identity);
        let maps = relu(self.precision.norm(norm, sums));
        if pools {
            max_pool2d(maps, MaxPoolOptions::new([2, 2]))
        } else {
            maps
        }
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        let layer = [&self.fc1, &self.fc2][index];
        let sums = self.precision.linear(layer, x);
        if index == 0 { relu(sums) } else { sums }
    }
}
