//! The mixup paper's residual network for CIFAR-10.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use mixup_kernels::Activation;

use super::layers::{average_pool, batch_norm, conv3x3};
use super::{Body, Outline};
use crate::precision::single;
use crate::{NetworkConfig, Precision};

/// A convolution, four layers of two pre-activation blocks each, average pool, linear.
///
/// All layers but the first halve height and width. As in the mixup paper's program, a normalisation
/// follows the first convolution and none the last block. 11,171,274 parameters in the paper's
/// widths, for ten classes.
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

impl Body for PreActResNet18 {
    const OUTLINE: Outline = Outline {
        widths: &[
            ("layer1.0.conv1.weight", 64),
            ("layer2.0.conv1.weight", 128),
            ("layer3.0.conv1.weight", 256),
            ("layer4.0.conv1.weight", 512),
        ],
        widths_grow: false,
        hidden: None,
        classes: "linear.weight",
        stages: &["stem", "layer1", "layer2", "layer3", "layer4"],
        head: &["linear"],
    };

    fn layers(config: &NetworkConfig, classes: usize, device: &Device) -> Self {
        let [first, second, third, fourth] = config.widths();
        let layer = |inputs, outputs, stride| {
            vec![
                Block::new([inputs, outputs], stride, device),
                Block::new([outputs, outputs], 1, device),
            ]
        };
        Self {
            conv1: conv3x3([3, first], 1, device),
            bn1: batch_norm(first, device),
            layer1: layer(first, first, 1),
            layer2: layer(first, second, 2),
            layer3: layer(second, third, 2),
            layer4: layer(third, fourth, 2),
            linear: LinearConfig::new(fourth, classes).init(device),
            precision: Precision::F32,
        }
    }

    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        if index == 0 {
            let sums = self.precision.conv2d(&self.conv1, x, Activation::Identity);
            return relu(self.precision.norm(&self.bn1, sums));
        }
        let layer = [&self.layer1, &self.layer2, &self.layer3, &self.layer4][index - 1];
        let blocks = layer.iter();
        blocks.fold(x, |x, block| block.forward(x, self.precision))
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        let linear = [&self.linear][index];
        let [channels, _] = linear.weight.dims();
        self.precision.linear(linear, average_pool(x, channels))
    }
}

/// Two convolutions, each behind its normalisation and ReLU; nothing follows their sum with the
/// shortcut.
#[derive(Module, Debug)]
struct Block {
    bn1: BatchNorm,
    conv1: Conv2d,
    bn2: BatchNorm,
    conv2: Conv2d,
    /// One 1x1 convolution where the block changes the size of its maps, else none.
    shortcut: Vec<Conv2d>,
}

impl Block {
    fn new([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Self {
        let projection = || {
            Conv2dConfig::new([inputs, outputs], [1, 1])
                .with_stride([stride, stride])
                .with_bias(false)
                .init(device)
        };
        let keeps_size = stride == 1 && inputs == outputs;
        Self {
            bn1: batch_norm(inputs, device),
            conv1: conv3x3([inputs, outputs], stride, device),
            bn2: batch_norm(outputs, device),
            conv2: conv3x3([outputs, outputs], 1, device),
            shortcut: (!keeps_size).then(projection).into_iter().collect(),
        }
    }

    fn forward(&self, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        let out = relu(precision.norm(&self.bn1, x.clone()));
        // A projection takes what is normalised, an identity what is not.
        let shortcut = match self.shortcut.first() {
            Some(conv) => single(precision.conv2d(conv, out.clone(), Activation::Identity)),
            None => x,
        };
        let out = precision.conv2d(&self.conv1, out, Activation::Identity);
        let out = relu(precision.norm(&self.bn2, out));
        let out = precision.conv2d(&self.conv2, out, Activation::Identity);
        single(out) + shortcut
    }
}
