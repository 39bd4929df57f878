//! The block of ResNet-50.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, fork};

use super::{Projection, WideningBlock, conv1x1, projected, projection};
use crate::Precision;
use crate::network::residual::{ResidualBlock, conv3x3};
use crate::norm::new_batch_norm;

/// A convolution to fewer channels, one that may have a stride, and one to four times as many channels; a sum
/// with the block's input, and a ReLU.
///
/// The stride is that of the second convolution, as in torchvision, and not of the first, as in the paper.
#[derive(Module, Debug)]
pub struct Bottleneck {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
    conv3: Conv2d,
    bn3: BatchNorm,
    downsample: Projection,
}

impl WideningBlock for Bottleneck {
    const EXPANSION: usize = 4;
}

impl ResidualBlock for Bottleneck {
    fn new([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Self {
        let inside = outputs / Self::EXPANSION;
        Self {
            conv1: conv1x1([inputs, inside], 1, device),
            bn1: new_batch_norm(inside, device),
            conv2: conv3x3([inside, inside], stride, device),
            bn2: new_batch_norm(inside, device),
            conv3: conv1x1([inside, outputs], 1, device),
            bn3: new_batch_norm(outputs, device),
            downsample: projection([inputs, outputs], stride, device),
        }
    }

    fn forward(&self, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        let [x, shortcut] = fork(x);
        let shortcut = projected(&self.downsample, shortcut, precision);
        let out = precision.conv2d_norm(&self.conv1, &self.bn1, x, Activation::Relu);
        let out = precision.conv2d_norm(&self.conv2, &self.bn2, out, Activation::Relu);
        precision.conv2d_norm_sum(&self.conv3, &self.bn3, out, shortcut, Activation::Relu)
    }
}
