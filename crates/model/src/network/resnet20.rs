//! The residual network of 20 layers that was designed for CIFAR-10.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, channel_means, fork, subsample};

use super::Stages;
use super::residual::{ResidualBlock, apply, conv3x3, layer, stem};
use crate::Precision;
use crate::norm::new_batch_norm;

/// A convolution, three layers of three basic blocks each, average pool, linear.
///
/// The second and the third layer halve height and width. The network has 269,722 parameters with the
/// paper's widths and ten classes.
///
/// # Source
/// He et al., "Deep Residual Learning for Image Recognition", 2016, section 4.2.
#[derive(Module, Debug)]
pub struct ResNet20 {
    conv1: Conv2d,
    bn1: BatchNorm,
    layer1: Vec<Block>,
    layer2: Vec<Block>,
    layer3: Vec<Block>,
    linear: Linear,
    #[module(skip)]
    pub(super) precision: Precision,
}

impl ResNet20 {
    /// Channels of the images and of each layer.
    pub(super) fn new(
        [input, first, second, third]: [usize; 4],
        classes: usize,
        device: &Device,
    ) -> Self {
        Self {
            conv1: conv3x3([input, first], 1, device),
            bn1: new_batch_norm(first, device),
            layer1: layer([first, first], 1, 3, device),
            layer2: layer([first, second], 2, 3, device),
            layer3: layer([second, third], 2, 3, device),
            linear: LinearConfig::new(third, classes).init(device),
            precision: Precision::F32,
        }
    }
}

impl Stages for ResNet20 {
    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        let layers = [&self.layer1, &self.layer2];
        match index {
            0 => stem(&self.conv1, &self.bn1, x, self.precision),
            3 => channel_means(apply(&self.layer3, x, self.precision)),
            _ => apply(layers[index - 1], x, self.precision),
        }
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        self.precision.linear([&self.linear][index], x)
    }
}

/// Two convolutions, a sum with the block's input, and a ReLU.
#[derive(Module, Debug)]
struct Block {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
}

impl ResidualBlock for Block {
    fn new([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Self {
        Self {
            conv1: conv3x3([inputs, outputs], stride, device),
            bn1: new_batch_norm(outputs, device),
            conv2: conv3x3([outputs, outputs], 1, device),
            bn2: new_batch_norm(outputs, device),
        }
    }

    fn forward(&self, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        let [x, shortcut] = fork(x);
        let out = precision.conv2d_norm(&self.conv1, &self.bn1, x, Activation::Relu);
        let [stride, _] = self.conv1.stride;
        let [_, channels, _, _] = out.dims();
        // The paper's option A, which has no parameters.
        let shortcut = subsample(shortcut, stride, channels);
        precision.conv2d_norm_sum(&self.conv2, &self.bn2, out, shortcut, Activation::Relu)
    }
}

#[cfg(test)]
mod tests;
