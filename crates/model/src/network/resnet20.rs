//! The residual network of 20 layers that was designed for CIFAR-10.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor, s};
use mixup_kernels::Activation;

use super::Stages;
use super::residual::{ResidualBlock, apply, conv3x3, layer, pooled_head, stem};
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
        let layers = [&self.layer1, &self.layer2, &self.layer3];
        match index {
            0 => stem(&self.conv1, &self.bn1, x, self.precision),
            _ => apply(layers[index - 1], x, self.precision),
        }
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        pooled_head([&self.linear][index], x, self.precision)
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
        let out = precision.conv2d(&self.conv1, x.clone(), Activation::Identity);
        let out = relu(precision.norm(&self.bn1, out));
        let out = precision.conv2d(&self.conv2, out, Activation::Identity);
        let out = precision.norm(&self.bn2, out);
        let [stride, _] = self.conv1.stride;
        let [_, channels, _, _] = out.dims();
        relu(out + shortcut(x, stride, channels))
    }
}

/// The paper's option A, which has no parameters: every `stride`-th pixel in each direction, padded
/// with zero channels on both sides up to `channels`.
fn shortcut(x: Tensor<4>, stride: usize, channels: usize) -> Tensor<4> {
    let x = match stride {
        1 => x,
        _ => x.slice(s![.., .., ..;stride, ..;stride]),
    };
    let missing = channels - x.dims()[1];
    if missing == 0 {
        return x;
    }
    let front = missing / 2;
    let pairs = [(front, missing - front), (0, 0), (0, 0)];
    x.pad(pairs, PadMode::Constant(0.0))
}

#[cfg(test)]
mod tests;
