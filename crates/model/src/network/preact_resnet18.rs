//! The mixup paper's residual network for CIFAR-10.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, channel_means, fork};

use super::Stages;
use super::residual::{ResidualBlock, apply, conv3x3, layer, stem};
use crate::Precision;
use crate::norm::new_batch_norm;
use crate::precision::to_f32;

/// A convolution, four layers of two pre-activation blocks each, average pool, linear.
///
/// All layers but the first halve height and width. As in the mixup paper's program, the first
/// convolution has a normalisation after it and the last block has none. The network has 11,171,274
/// parameters with the paper's widths and ten classes.
///
/// # Source
/// Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018; the blocks are those of He et
/// al., "Identity Mappings in Deep Residual Networks", 2016.
#[derive(Module, Debug)]
pub struct PreActResNet18 {
    conv1: Conv2d,
    bn1: BatchNorm,
    layer1: Vec<Block>,
    layer2: Vec<Block>,
    layer3: Vec<Block>,
    layer4: Vec<Block>,
    linear: Linear,
    #[module(skip)]
    pub(super) precision: Precision,
}

impl PreActResNet18 {
    /// Channels of the images and of each layer.
    pub(super) fn new(
        [input, first, second, third, fourth]: [usize; 5],
        classes: usize,
        device: &Device,
    ) -> Self {
        Self {
            conv1: conv3x3([input, first], 1, device),
            bn1: new_batch_norm(first, device),
            layer1: layer([first, first], 1, 2, device),
            layer2: layer([first, second], 2, 2, device),
            layer3: layer([second, third], 2, 2, device),
            layer4: layer([third, fourth], 2, 2, device),
            linear: LinearConfig::new(fourth, classes).init(device),
            precision: Precision::F32,
        }
    }
}

impl Stages for PreActResNet18 {
    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        let layers = [&self.layer1, &self.layer2, &self.layer3];
        match index {
            0 => stem(&self.conv1, &self.bn1, x, self.precision),
            4 => channel_means(apply(&self.layer4, x, self.precision)),
            _ => apply(layers[index - 1], x, self.precision),
        }
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        self.precision.linear([&self.linear][index], x)
    }
}

/// Two convolutions, each after a normalisation and a ReLU. The sum with the shortcut is the output
/// as it is.
#[derive(Module, Debug)]
struct Block {
    bn1: BatchNorm,
    conv1: Conv2d,
    bn2: BatchNorm,
    conv2: Conv2d,
    /// One 1x1 convolution if the block changes the size of its maps, otherwise empty.
    shortcut: Vec<Conv2d>,
}

impl ResidualBlock for Block {
    fn new([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Self {
        let projection = || {
            Conv2dConfig::new([inputs, outputs], [1, 1])
                .with_stride([stride, stride])
                .with_bias(false)
                .init(device)
        };
        let keeps_size = stride == 1 && inputs == outputs;
        Self {
            bn1: new_batch_norm(inputs, device),
            conv1: conv3x3([inputs, outputs], stride, device),
            bn2: new_batch_norm(outputs, device),
            conv2: conv3x3([outputs, outputs], 1, device),
            shortcut: (!keeps_size).then(projection).into_iter().collect(),
        }
    }

    fn forward(&self, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        // A projection takes the normalised maps, an identity the block's input.
        let (out, shortcut) = match self.shortcut.first() {
            Some(conv) => {
                let [out, shortcut] = fork(precision.norm(&self.bn1, x, Activation::Relu));
                let shortcut = precision.conv2d(conv, shortcut, Activation::Identity);
                (out, to_f32(shortcut))
            }
            None => {
                let [x, shortcut] = fork(x);
                (precision.norm(&self.bn1, x, Activation::Relu), shortcut)
            }
        };
        let out = precision.conv2d_norm(&self.conv1, &self.bn2, out, Activation::Relu);
        precision.conv2d_sum(&self.conv2, out, shortcut)
    }
}

#[cfg(test)]
mod tests;
