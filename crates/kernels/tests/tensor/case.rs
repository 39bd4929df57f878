//! A convolution on Burn's tensors, by this crate's operation and by Burn's own.

use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d as burn_conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};
use burn_flex_kernels::{Activation, ConvConfig, fused_conv2d};

/// A convolution of arbitrary values.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) batch: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) size: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) config: ConvConfig,
    pub(crate) seed: u64,
}

impl Case {
    /// An unpadded 3x3 convolution.
    pub(crate) fn plain(batch: usize, inputs: usize, outputs: usize, side: usize) -> Self {
        Self {
            batch,
            inputs,
            outputs,
            size: [side, side],
            kernel: [3, 3],
            config: ConvConfig {
                stride: [1, 1],
                padding: [0, 0],
                activation: Activation::Relu,
            },
            seed: 1,
        }
    }

    pub(crate) fn tensor<const D: usize>(
        &self,
        shape: [usize; D],
        stream: u64,
        device: &Device,
    ) -> Tensor<D> {
        let mut state = self.seed.wrapping_mul(31).wrapping_add(stream) * 2 + 1;
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                ((state >> 40) as f32) / 8_388_608.0 - 1.0
            })
            .collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    pub(crate) fn input(&self, device: &Device) -> Tensor<4> {
        let [height, width] = self.size;
        self.tensor([self.batch, self.inputs, height, width], 0, device)
    }

    pub(crate) fn weights(&self, device: &Device) -> Tensor<4> {
        let [height, width] = self.kernel;
        let fan_in = (self.inputs * height * width) as f64;
        self.tensor([self.outputs, self.inputs, height, width], 1, device) / fan_in.sqrt()
    }

    pub(crate) fn bias(&self, device: &Device) -> Tensor<1> {
        self.tensor([self.outputs], 2, device)
    }

    /// The operation composed of Burn's own ones.
    pub(crate) fn burn(&self, input: Tensor<4>, weights: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
        let ConvConfig {
            stride,
            padding,
            activation,
        } = self.config;
        let options = ConvOptions::new(stride, padding, [1, 1], 1);
        let sums = burn_conv2d(input, weights, Some(bias), options);
        match activation {
            Activation::Identity => sums,
            Activation::Relu => relu(sums),
            Activation::ReluMaxPool => max_pool2d(relu(sums), MaxPoolOptions::new([2, 2])),
        }
    }

    pub(crate) fn ours(&self, input: Tensor<4>, weights: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
        fused_conv2d(input, weights, bias, self.config)
    }

    /// The output, and the gradients of a weighted sum of it with respect to input, weights and bias.
    pub(crate) fn run(
        &self,
        operation: impl Fn(Tensor<4>, Tensor<4>, Tensor<1>) -> Tensor<4>,
    ) -> [Vec<f32>; 4] {
        let device = &Device::flex().autodiff();
        let input = self.input(device).require_grad();
        let weights = self.weights(device).require_grad();
        let bias = self.bias(device).require_grad();
        let output = operation(input.clone(), weights.clone(), bias.clone());
        let above = self.tensor(output.dims(), 3, device);
        let gradients = (output.clone() * above).sum().backward();
        [
            values(output),
            values(input.grad(&gradients).unwrap()),
            values(weights.grad(&gradients).unwrap()),
            values(bias.grad(&gradients).unwrap()),
        ]
    }
}

pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// The largest difference, as a share of the largest expected value.
pub(crate) fn distance(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let scale = expected
        .iter()
        .fold(1e-6_f32, |scale, v| scale.max(v.abs()));
    let gaps = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    gaps.fold(0.0, |worst, gap| {
        if gap > worst || gap.is_nan() {
            gap
        } else {
            worst
        }
    }) / scale
}
