//! The block of ResNet-18.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, fork};

use super::{Projection, WideningBlock, projected, projection};
use crate::Precision;
use crate::network::residual::{ResidualBlock, conv3x3};
use crate::norm::new_batch_norm;

/// Two convolutions, a sum with the block's input, and a ReLU.
#[derive(Module, Debug)]
pub struct BasicBlock {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
    downsample: Projection,
}

impl WideningBlock for BasicBlock {
    const EXPANSION: usize = 1;
}

impl ResidualBlock for BasicBlock {
    fn new([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Self {
        Self {
            conv1: conv3x3([inputs, outputs], stride, device),
            bn1: new_batch_norm(outputs, device),
            conv2: conv3x3([outputs, outputs], 1, device),
            bn2: new_batch_norm(outputs, device),
            downsample: projection([inputs, outputs], stride, device),
        }
    }

    fn forward(&self, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        let [x, shortcut] = fork(x);
        let shortcut = projected(&self.downsample, shortcut, precision);
        let out = precision.conv2d_norm(&self.conv1, &self.bn1, x, Activation::Relu);
        precision.conv2d_norm_sum(&self.conv2, &self.bn2, out, shortcut, Activation::Relu)
    }
}
