//! The article's network: two blocks of two convolutions, then two linear layers.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};
use mixup_kernels::Activation;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::Precision;

/// Height and width of the images that the network takes, in pixels.
const SIDE: usize = 32;
/// Height and width of a convolution's kernel.
const KERNEL: usize = 3;
/// Height and width of what remains after both blocks: ((32 − 4) / 2 − 4) / 2.
const LAST_SIDE: usize = 5;

/// The shape of a [`Cnn`]; its default is the article's, with 1,082,186 parameters for ten classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CnnConfig {
    /// Channels of the first and of the second block's convolutions.
    pub widths: [usize; 2],
    /// Outputs of the first linear layer.
    pub hidden: usize,
}

impl Default for CnnConfig {
    fn default() -> Self {
        Self {
            widths: [64, 128],
            hidden: 256,
        }
    }
}

/// The article's network for colour images of 32x32 pixels.
///
/// conv11, conv12, max-pool 2, conv21, conv22, max-pool 2, fc1, fc2. Convolutions are 3x3, stride 1,
/// without padding; a ReLU follows each of them and fc1. The outputs are logits, one a class: a
/// sigmoid or softmax belongs to the loss.
#[derive(Module, Debug)]
pub struct Cnn {
    pub(crate) conv11: Conv2d,
    pub(crate) conv12: Conv2d,
    pub(crate) conv21: Conv2d,
    pub(crate) conv22: Conv2d,
    pub(crate) fc1: Linear,
    pub(crate) fc2: Linear,
    #[module(skip)]
    pub(crate) precision: Precision,
}

impl CnnConfig {
    /// Name and shape of every parameter, as PyTorch has them, in the order of the layers.
    pub fn parameters(&self, classes: usize) -> Vec<(String, Vec<usize>)> {
        let [first, second] = self.widths;
        let conv = |inputs, outputs| vec![outputs, inputs, KERNEL, KERNEL];
        let flat = second.saturating_mul(LAST_SIDE * LAST_SIDE);
        let weights = [
            ("conv11", conv(3, first)),
            ("conv12", conv(first, first)),
            ("conv21", conv(first, second)),
            ("conv22", conv(second, second)),
            ("fc1", vec![self.hidden, flat]),
            ("fc2", vec![classes, self.hidden]),
        ];
        weights
            .into_iter()
            .flat_map(|(layer, shape)| {
                let bias = (format!("{layer}.bias"), vec![shape[0]]);
                [(format!("{layer}.weight"), shape), bias]
            })
            .collect()
    }

    /// A network for `classes` classes on `device`, with weights drawn from `rng`; it computes in f32.
    ///
    /// Every weight and bias of a layer is uniform within ±1 / √fan_in: PyTorch's default. They are
    /// drawn on the host in the order of the layers, weights in PyTorch's layout before biases, so
    /// one seed starts every device alike.
    ///
    /// # Source
    /// He et al., 2015, with gain √(1/3): the `kaiming_uniform_(a = √5)` of `torch.nn`.
    pub fn init(&self, classes: usize, rng: &mut impl Rng, device: &Device) -> Cnn {
        let [first, second] = self.widths;
        let mut conv = |inputs, outputs| conv2d(inputs, outputs, rng, device);
        let (conv11, conv12) = (conv(3, first), conv(first, first));
        let (conv21, conv22) = (conv(first, second), conv(second, second));
        let flat = second * LAST_SIDE * LAST_SIDE;
        Cnn {
            conv11,
            conv12,
            conv21,
            conv22,
            fc1: linear(flat, self.hidden, rng, device),
            fc2: linear(self.hidden, classes, rng, device),
            precision: Precision::F32,
        }
    }
}

/// A named part of a network, from tensors of rank `D` to tensors of the same rank.
pub type Stage<const D: usize> = (&'static str, fn(&Cnn, Tensor<D>) -> Tensor<D>);

impl Cnn {
    /// The convolutions with what follows each of them, in order; `[batch, channels, height, width]`,
    /// the input f32 or what the network computes in, the output the latter.
    pub const CONVOLUTIONS: [Stage<4>; 4] = [
        ("conv11", |cnn, x| {
            cnn.conv2d(&cnn.conv11, x, Activation::Relu)
        }),
        ("conv12", |cnn, x| {
            cnn.conv2d(&cnn.conv12, x, Activation::ReluMaxPool)
        }),
        ("conv21", |cnn, x| {
            cnn.conv2d(&cnn.conv21, x, Activation::Relu)
        }),
        ("conv22", |cnn, x| {
            cnn.conv2d(&cnn.conv22, x, Activation::ReluMaxPool)
        }),
    ];

    /// The linear layers with what follows each of them, in order; `[batch, features]`, types as above.
    pub const LINEARS: [Stage<2>; 2] = [
        ("fc1", |cnn, x| relu(cnn.linear(&cnn.fc1, x))),
        ("fc2", |cnn, x| cnn.linear(&cnn.fc2, x)),
    ];

    /// The same network, computing in `precision`.
    #[must_use]
    pub fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// The logits of a batch of normalised images.
    ///
    /// # Shapes
    /// f32 `[batch, 3, 32, 32]` to f32 `[batch, classes]`.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        debug_assert_eq!(images.dims()[1..], [3, SIDE, SIDE]);
        let maps = Self::CONVOLUTIONS
            .iter()
            .fold(images, |x, (_, stage)| stage(self, x));
        let outputs = Self::LINEARS
            .iter()
            .fold(maps.flatten(1, 3), |x, (_, stage)| stage(self, x));
        self.precision.logits(outputs)
    }

    fn conv2d(&self, layer: &Conv2d, x: Tensor<4>, activation: Activation) -> Tensor<4> {
        self.precision.conv2d(layer, x, activation)
    }

    fn linear(&self, layer: &Linear, x: Tensor<2>) -> Tensor<2> {
        self.precision.linear(layer, x)
    }
}

fn conv2d(inputs: usize, outputs: usize, rng: &mut impl Rng, device: &Device) -> Conv2d {
    let mut layer = Conv2dConfig::new([inputs, outputs], [KERNEL, KERNEL])
        .with_padding(PaddingConfig2d::Valid)
        .init(device);
    let fan_in = inputs * KERNEL * KERNEL;
    layer.weight = uniform([outputs, inputs, KERNEL, KERNEL], fan_in, rng, device);
    layer.bias = Some(uniform([outputs], fan_in, rng, device));
    layer
}

fn linear(inputs: usize, outputs: usize, rng: &mut impl Rng, device: &Device) -> Linear {
    let mut layer = LinearConfig::new(inputs, outputs).init(device);
    // Drawn as PyTorch lays it out; Burn keeps the transpose, made on the host so that the parameter
    // is a contiguous leaf.
    let weight = values([outputs, inputs], inputs, rng, device).transpose();
    layer.weight = Param::from_data(weight.into_data(), device);
    layer.bias = Some(uniform([outputs], inputs, rng, device));
    layer
}

/// A parameter of [`values`].
fn uniform<const D: usize>(
    shape: [usize; D],
    fan_in: usize,
    rng: &mut impl Rng,
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_tensor(values(shape, fan_in, rng, device))
}

/// Values uniform within ±1 / √`fan_in`.
fn values<const D: usize>(
    shape: [usize; D],
    fan_in: usize,
    rng: &mut impl Rng,
    device: &Device,
) -> Tensor<D> {
    let bound = 1.0 / (fan_in as f64).sqrt();
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| rng.random_range(-bound..bound) as f32)
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::DType;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn cnn(config: CnnConfig, seed: u64) -> Cnn {
        config.init(10, &mut ChaCha8Rng::seed_from_u64(seed), &Device::flex())
    }

    fn values_of<const D: usize>(param: &Param<Tensor<D>>) -> Vec<f32> {
        param.val().into_data().try_to_vec().unwrap()
    }

    const SMALL: CnnConfig = CnnConfig {
        widths: [4, 8],
        hidden: 16,
    };

    #[test]
    fn the_article_s_network_has_its_number_of_parameters() {
        assert_eq!(cnn(CnnConfig::default(), 1).num_params(), 1_082_186);
    }

    #[test]
    fn forward_gives_one_logit_a_class() {
        let images = Tensor::zeros([2, 3, 32, 32], &Device::flex());
        assert_eq!(cnn(SMALL, 1).forward(images).dims(), [2, 10]);
    }

    #[test]
    fn every_parameter_learns() {
        let device = Device::flex().autodiff();
        let cnn = SMALL.init(10, &mut ChaCha8Rng::seed_from_u64(1), &device);
        let loss = cnn.forward(Tensor::ones([2, 3, 32, 32], &device)).sum();
        let gradients = loss.backward();
        for bias in [&cnn.conv11, &cnn.conv12, &cnn.conv21, &cnn.conv22].map(|conv| &conv.bias) {
            assert!(bias.as_ref().unwrap().val().grad(&gradients).is_some());
        }
        for weight in [&cnn.conv11, &cnn.conv12, &cnn.conv21, &cnn.conv22].map(|conv| &conv.weight)
        {
            assert!(weight.val().grad(&gradients).is_some());
        }
        for linear in [&cnn.fc1, &cnn.fc2] {
            assert!(linear.weight.val().grad(&gradients).is_some());
            assert!(
                linear
                    .bias
                    .as_ref()
                    .unwrap()
                    .val()
                    .grad(&gradients)
                    .is_some()
            );
        }
    }

    #[test]
    fn bf16_agrees_with_f32_and_its_gradients_are_f32() {
        let device = Device::flex().autodiff();
        let images = uniform_images(&device);
        let run = |precision| {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let cnn = SMALL.init(10, &mut rng, &device).with_precision(precision);
            let logits = cnn.forward(images.clone());
            let gradients = logits.clone().powi_scalar(2).mean().backward();
            [
                single(logits),
                single(cnn.fc1.weight.val().grad(&gradients).unwrap()),
                single(cnn.conv11.weight.val().grad(&gradients).unwrap()),
            ]
        };
        let exact = run(Precision::F32);
        let rounded = run(Precision::Bf16);
        // Eight significant bits round by up to 2⁻⁹ in every layer. On the way back to the first, some
        // pool's largest value has become another one besides.
        for ((exact, rounded), most) in exact.iter().zip(&rounded).zip([0.01, 0.05, 0.5]) {
            let norm = |values: Vec<f32>| values.iter().map(|v| v * v).sum::<f32>().sqrt();
            let gaps = exact.iter().zip(rounded).map(|(e, r)| e - r).collect();
            let gap = norm(gaps) / norm(exact.clone());
            assert!(gap > 0.0 && gap < most, "{gap} of at most {most}");
        }
    }

    /// The values of a tensor that must be f32.
    fn single<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        assert_eq!(tensor.dtype(), DType::F32);
        tensor.into_data().try_into_vec().unwrap()
    }

    fn uniform_images(device: &Device) -> Tensor<4> {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let pixels: Vec<f32> = (0..4 * 3 * SIDE * SIDE)
            .map(|_| rng.random_range(-2.0..2.0))
            .collect();
        Tensor::from_data(TensorData::new(pixels, [4, 3, SIDE, SIDE]), device)
    }

    #[test]
    fn one_seed_gives_one_network_and_another_seed_another() {
        let weights = |seed| values_of(&cnn(SMALL, seed).fc1.weight);
        assert_eq!(weights(1), weights(1));
        assert_ne!(weights(1), weights(2));
    }

    #[test]
    fn weights_and_biases_fill_the_interval_of_their_fan_in() {
        let cnn = cnn(CnnConfig::default(), 3);
        let conv12_bound = 1.0 / (64.0_f32 * 9.0).sqrt();
        let fc1_bound = 1.0 / 3200.0_f32.sqrt();
        for (values, bound) in [
            (values_of(&cnn.conv12.weight), conv12_bound),
            (values_of(&cnn.fc1.weight), fc1_bound),
            (values_of(cnn.fc1.bias.as_ref().unwrap()), fc1_bound),
        ] {
            let count = values.len() as f32;
            let mean = values.iter().sum::<f32>() / count;
            let largest = values
                .iter()
                .fold(0.0_f32, |largest, v| largest.max(v.abs()));
            assert!(
                largest <= bound && largest > 0.98 * bound,
                "{largest} of {bound}"
            );
            assert!(
                mean.abs() < 4.0 * bound / (3.0 * count).sqrt(),
                "mean {mean}"
            );
        }
    }
}
