//! The residual networks as torchvision has them: for large images, with its names and order of the weights.

mod basic;
mod bottleneck;
#[cfg(test)]
mod tests;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, channel_means};

use super::Stages;
use super::residual::{ResidualBlock, apply, layer, stem};
use crate::Precision;
use crate::norm::new_batch_norm;
pub(super) use basic::BasicBlock;
pub(super) use bottleneck::Bottleneck;

/// A 7x7 convolution with stride 2, max pooling, four layers of blocks, average pool, linear.
///
/// All layers but the first halve height and width, after the stem has divided them by four.
///
/// # Source
/// He et al., "Deep Residual Learning for Image Recognition", 2016, table 1; names, order and initial weights are
/// torchvision's.
#[derive(Module, Debug)]
pub struct LargeResNet<B> {
    conv1: Conv2d,
    bn1: BatchNorm,
    layer1: Vec<B>,
    layer2: Vec<B>,
    layer3: Vec<B>,
    layer4: Vec<B>,
    fc: Linear,
    #[module(skip)]
    pub(super) precision: Precision,
}

/// A network with these channels of the images and of each layer inside its blocks, and these numbers of blocks.
pub(super) fn large_resnet<B: WideningBlock>(
    [input, first, second, third, fourth]: [usize; 5],
    blocks: [usize; 4],
    classes: usize,
    device: &Device,
) -> LargeResNet<B> {
    let out = |width: usize| width * B::EXPANSION;
    LargeResNet {
        conv1: Conv2dConfig::new([input, first], [7, 7])
            .with_stride([2, 2])
            .with_padding(PaddingConfig2d::Explicit(3, 3, 3, 3))
            .with_bias(false)
            .init(device),
        bn1: new_batch_norm(first, device),
        layer1: layer([first, out(first)], 1, blocks[0], device),
        layer2: layer([out(first), out(second)], 2, blocks[1], device),
        layer3: layer([out(second), out(third)], 2, blocks[2], device),
        layer4: layer([out(third), out(fourth)], 2, blocks[3], device),
        fc: LinearConfig::new(out(fourth), classes).init(device),
        precision: Precision::F32,
    }
}

impl<B: WideningBlock> Stages for LargeResNet<B> {
    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        let layers = [&self.layer1, &self.layer2, &self.layer3];
        match index {
            0 => {
                let maps = stem(&self.conv1, &self.bn1, x, self.precision);
                let window = MaxPoolOptions::new([3, 3])
                    .with_stride([2, 2])
                    .with_padding([1, 1]);
                max_pool2d(maps, window)
            }
            4 => channel_means(apply(&self.layer4, x, self.precision)),
            _ => apply(layers[index - 1], x, self.precision),
        }
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        self.precision.linear([&self.fc][index], x)
    }
}

/// A block whose output may have more channels than its convolutions have inside.
pub(super) trait WideningBlock: ResidualBlock {
    /// Channels of the output for each channel inside.
    const EXPANSION: usize;
}

/// What makes a block's input fit its output: a 1x1 convolution and its normalisation. `None` if it fits.
type Projection = Option<(Conv2d, BatchNorm)>;

/// The projection from `inputs` to `outputs` channels with this stride.
fn projection([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Projection {
    let changes = stride != 1 || inputs != outputs;
    changes.then(|| {
        (
            conv1x1([inputs, outputs], stride, device),
            new_batch_norm(outputs, device),
        )
    })
}

/// The block's input as it is added to its output.
fn projected(projection: &Projection, x: Tensor<4>, precision: Precision) -> Tensor<4> {
    match projection {
        Some((conv, norm)) => precision.conv2d_norm(conv, norm, x, Activation::Identity),
        None => x,
    }
}

/// A 1x1 convolution without bias, because the normalisation after it would subtract the bias.
fn conv1x1([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([inputs, outputs], [1, 1])
        .with_stride([stride, stride])
        .with_bias(false)
        .init(device)
}
