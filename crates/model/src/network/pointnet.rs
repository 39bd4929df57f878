//! Networks for point clouds: each point goes through the same layers, and the largest values of all points are
//! classified.

mod pointwise;
mod transform;

use burn::module::Module;
use burn::nn::{BatchNorm, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, channel_maxima};

use super::Stages;
use crate::Precision;
use crate::norm::new_batch_norm;
use pointwise::{Pointwise, linear_norm, pointwise};
use transform::{Transform, transform};

/// PointNet for classification. `feat` is what is applied to each point.
///
/// Clouds are `[batch, 3, points, 1]`. There is no dropout before the last layer, because every random choice here is
/// one of the experiment's.
///
/// # Source
/// Qi et al., "PointNet: Deep Learning on Point Sets for 3D Classification and Segmentation", 2017; names, order and
/// layout of the weights are those of Yan, "Pointnet/Pointnet++ PyTorch", 2019, `pointnet_cls`.
#[derive(Module, Debug)]
pub struct PointNet<E> {
    feat: E,
    fc1: Linear,
    fc2: Linear,
    fc3: Linear,
    bn1: BatchNorm,
    bn2: BatchNorm,
    #[module(skip)]
    pub(super) precision: Precision,
}

/// Three layers for each point.
#[derive(Module, Debug)]
pub struct Encoder {
    conv1: Pointwise,
    conv2: Pointwise,
    conv3: Pointwise,
    bn1: BatchNorm,
    bn2: BatchNorm,
    bn3: BatchNorm,
}

/// Three layers for each point, with networks that turn the coordinates and the features of the first layer by matrices
/// of their own making.
#[derive(Module, Debug)]
pub struct AlignedEncoder {
    stn: Transform,
    conv1: Pointwise,
    conv2: Pointwise,
    conv3: Pointwise,
    bn1: BatchNorm,
    bn2: BatchNorm,
    bn3: BatchNorm,
    fstn: Transform,
}

/// The layers that are applied to each point.
pub(super) trait Encode {
    /// Layers for points of three coordinates with these widths.
    fn new(widths: [usize; 3], hidden: usize, device: &Device) -> Self;

    /// Applies one stage to points; the last one returns the largest values of all points.
    fn stage(&self, index: usize, x: Tensor<4>, precision: Precision) -> Tensor<4>;
}

/// The coordinates of a point.
const COORDINATES: usize = 3;

/// A network with these channels of each pointwise layer, and outputs of the first linear layer and of the last one. The
/// linear layer between them has half as many outputs as the first.
pub(super) fn point_net<E: Encode>(
    widths: [usize; 3],
    [hidden, classes]: [usize; 2],
    device: &Device,
) -> PointNet<E> {
    let half = half(hidden);
    PointNet {
        feat: E::new(widths, hidden, device),
        fc1: LinearConfig::new(widths[2], hidden).init(device),
        fc2: LinearConfig::new(hidden, half).init(device),
        fc3: LinearConfig::new(half, classes).init(device),
        bn1: new_batch_norm(hidden, device),
        bn2: new_batch_norm(half, device),
        precision: Precision::F32,
    }
}

/// Half of a linear layer's outputs, rounded up.
fn half(hidden: usize) -> usize {
    hidden.div_ceil(2)
}

impl<E: Encode> Stages for PointNet<E> {
    fn stage(&self, index: usize, x: Tensor<4>) -> Tensor<4> {
        self.feat.stage(index, x, self.precision)
    }

    fn head_part(&self, index: usize, x: Tensor<2>) -> Tensor<2> {
        match index {
            0 => linear_norm(&self.fc1, &self.bn1, x, self.precision),
            1 => linear_norm(&self.fc2, &self.bn2, x, self.precision),
            _ => self.precision.linear([&self.fc3][index - 2], x),
        }
    }
}

impl Encode for Encoder {
    fn new([first, second, third]: [usize; 3], _hidden: usize, device: &Device) -> Self {
        Self {
            conv1: pointwise([COORDINATES, first], device),
            conv2: pointwise([first, second], device),
            conv3: pointwise([second, third], device),
            bn1: new_batch_norm(first, device),
            bn2: new_batch_norm(second, device),
            bn3: new_batch_norm(third, device),
        }
    }

    fn stage(&self, index: usize, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        let layer = |conv: &Pointwise, norm, activation| conv.norm(norm, x, activation, precision);
        match index {
            0 => layer(&self.conv1, &self.bn1, Activation::Relu),
            1 => layer(&self.conv2, &self.bn2, Activation::Relu),
            _ => channel_maxima(layer(&self.conv3, &self.bn3, Activation::Identity)),
        }
    }
}

impl Encode for AlignedEncoder {
    fn new(widths: [usize; 3], hidden: usize, device: &Device) -> Self {
        let Encoder {
            conv1,
            conv2,
            conv3,
            bn1,
            bn2,
            bn3,
        } = Encoder::new(widths, hidden, device);
        Self {
            stn: transform(COORDINATES, widths, hidden, device),
            conv1,
            conv2,
            conv3,
            bn1,
            bn2,
            bn3,
            fstn: transform(widths[0], widths, hidden, device),
        }
    }

    fn stage(&self, index: usize, x: Tensor<4>, precision: Precision) -> Tensor<4> {
        let layer =
            |conv: &Pointwise, norm, activation, x| conv.norm(norm, x, activation, precision);
        match index {
            0 => self.stn.turned(x, precision),
            1 => layer(&self.conv1, &self.bn1, Activation::Relu, x),
            2 => self.fstn.turned(x, precision),
            3 => layer(&self.conv2, &self.bn2, Activation::Relu, x),
            _ => channel_maxima(layer(&self.conv3, &self.bn3, Activation::Identity, x)),
        }
    }
}

#[cfg(test)]
mod tests;
