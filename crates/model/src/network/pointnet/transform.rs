//! A small network that decides by which matrix the features of a cloud are turned.

use burn::module::Module;
use burn::nn::{BatchNorm, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, channel_maxima};

use super::half;
use super::pointwise::{Pointwise, linear_norm, pointwise};
use crate::Precision;
use crate::norm::new_batch_norm;
use crate::precision::to_f32;

/// Three layers for each point, the largest values, and three linear layers, which make a matrix that is added to the
/// identity.
///
/// # Source
/// Qi et al., "PointNet", 2017, section 4.2: the joint alignment network. `STN3d` and `STNkd` of Yan's code.
#[derive(Module, Debug)]
pub(super) struct Transform {
    conv1: Pointwise,
    conv2: Pointwise,
    conv3: Pointwise,
    fc1: Linear,
    fc2: Linear,
    fc3: Linear,
    bn1: BatchNorm,
    bn2: BatchNorm,
    bn3: BatchNorm,
    bn4: BatchNorm,
    bn5: BatchNorm,
}

/// A network for features of `channels` channels.
pub(super) fn transform(
    channels: usize,
    [first, second, third]: [usize; 3],
    hidden: usize,
    device: &Device,
) -> Transform {
    let half = half(hidden);
    Transform {
        conv1: pointwise([channels, first], device),
        conv2: pointwise([first, second], device),
        conv3: pointwise([second, third], device),
        fc1: LinearConfig::new(third, hidden).init(device),
        fc2: LinearConfig::new(hidden, half).init(device),
        fc3: LinearConfig::new(half, channels * channels).init(device),
        bn1: new_batch_norm(first, device),
        bn2: new_batch_norm(second, device),
        bn3: new_batch_norm(third, device),
        bn4: new_batch_norm(hidden, device),
        bn5: new_batch_norm(half, device),
    }
}

impl Transform {
    /// The features, each point's multiplied by the matrix of its cloud.
    pub(super) fn turned(&self, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        let [batch, channels, height, width] = x.dims();
        let matrices = self.matrices(x.clone(), channels, precision);
        let features = to_f32(x).flatten::<3>(2, 3);
        let turned = matrices.transpose().matmul(features);
        turned.reshape([batch, channels, height, width])
    }

    /// `[batch, channels, channels]`.
    fn matrices(&self, x: Tensor<4>, channels: usize, precision: Precision) -> Tensor<3> {
        let mut x = x;
        for (conv, norm) in [
            (&self.conv1, &self.bn1),
            (&self.conv2, &self.bn2),
            (&self.conv3, &self.bn3),
        ] {
            x = conv.norm(norm, x, Activation::Relu, precision);
        }
        let x = channel_maxima(x).flatten::<2>(1, 3);
        let x = linear_norm(&self.fc1, &self.bn4, x, precision);
        let x = linear_norm(&self.fc2, &self.bn5, x, precision);
        let x = to_f32(precision.linear(&self.fc3, x));
        let identity = Tensor::<2>::eye(channels, &x.device())
            .flatten::<1>(0, 1)
            .unsqueeze::<2>();
        let [batch, _] = x.dims();
        (x + identity).reshape([batch, channels, channels])
    }
}
