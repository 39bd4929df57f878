//! The operation on Burn's tensors against Burn's own operations, and against finite differences.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d as burn_conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};
use mixup_kernels::{Activation, ConvConfig, conv2d};
use proptest::prelude::*;

const ACTIVATIONS: [Activation; 3] = [
    Activation::Identity,
    Activation::Relu,
    Activation::ReluMaxPool,
];

/// A convolution's tensors as plain values.
#[derive(Clone, Debug)]
struct Case {
    batch: usize,
    inputs: usize,
    outputs: usize,
    size: [usize; 2],
    kernel: [usize; 2],
    config: ConvConfig,
    seed: u64,
}

impl Case {
    /// An unpadded 3x3 convolution.
    fn plain(batch: usize, inputs: usize, outputs: usize, side: usize) -> Self {
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

    fn tensor<const D: usize>(&self, shape: [usize; D], stream: u64, device: &Device) -> Tensor<D> {
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

    fn input(&self, device: &Device) -> Tensor<4> {
        let [height, width] = self.size;
        self.tensor([self.batch, self.inputs, height, width], 0, device)
    }

    fn weights(&self, device: &Device) -> Tensor<4> {
        let [height, width] = self.kernel;
        let fan_in = (self.inputs * height * width) as f64;
        self.tensor([self.outputs, self.inputs, height, width], 1, device) / fan_in.sqrt()
    }

    fn bias(&self, device: &Device) -> Tensor<1> {
        self.tensor([self.outputs], 2, device)
    }

    /// The same of Burn's own operations.
    fn burn(&self, input: Tensor<4>, weights: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
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

    fn ours(&self, input: Tensor<4>, weights: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
        conv2d(input, weights, bias, self.config)
    }

    /// Output and the gradients of a weighted sum of it, by input, weights and bias.
    fn run(
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

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// The largest difference, as a share of the largest expected value.
fn distance(found: &[f32], expected: &[f32]) -> f32 {
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

/// # Panics
/// Where an output or gradient is not Burn's. A value that rounding moves across the ReLU's edge or
/// past another maximum sends its gradient elsewhere, so the activations are compared in
/// `tests/scalar`, where both sides see the same choice; here inputs keep clear of that edge by being
/// few.
fn assert_is_burn_s(case: &Case) {
    let found = case.run(|input, weights, bias| case.ours(input, weights, bias));
    let expected = case.run(|input, weights, bias| case.burn(input, weights, bias));
    for (what, (found, expected)) in ["output", "by input", "by weights", "by bias"]
        .iter()
        .zip(found.iter().zip(&expected))
    {
        let gap = distance(found, expected);
        assert!(gap < 1e-4, "{case:?}: {what} {gap:e}");
    }
}

prop_compose! {
    fn case()(
        batch in 1_usize..4,
        channels in prop::array::uniform2(1_usize..20),
        kernel in prop::array::uniform2(1_usize..4),
        stride in prop::array::uniform2(1_usize..3),
        padding in prop::array::uniform2(0_usize..2),
        extra in prop::array::uniform2(1_usize..7),
        activation in 0_usize..3,
        seed in 0_u64..1000,
    ) -> Case {
        let size = [0, 1].map(|axis| kernel[axis] + extra[axis]);
        let [inputs, outputs] = channels;
        let config = ConvConfig { stride, padding, activation: ACTIVATIONS[activation] };
        Case { batch, inputs, outputs, size, kernel, config, seed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn outputs_and_gradients_are_burn_s(case in case()) {
        assert_is_burn_s(&case);
    }

    #[test]
    fn any_batch_is_burn_s(batch in 1_usize..300, wide in any::<bool>()) {
        let channels = if wide { 16 } else { 5 };
        let mut case = Case::plain(batch, channels, channels, 5);
        case.config.activation = Activation::Identity;
        assert_is_burn_s(&case);
    }
}

#[test]
fn gradients_are_finite_differences() {
    for (inputs, outputs) in [(3, 5), (16, 16)] {
        let mut case = Case::plain(2, inputs, outputs, 6);
        // Smooth, so that every difference exists.
        case.config.activation = Activation::Identity;
        case.config.padding = [1, 1];
        let device = &Device::flex();
        let [_, by_input, by_weights, by_bias] =
            case.run(|input, weights, bias| case.ours(input, weights, bias));
        let loss = |input: Tensor<4>, weights: Tensor<4>, bias: Tensor<1>| -> f64 {
            let output = case.ours(input, weights, bias);
            let above = case.tensor(output.dims(), 3, device);
            let products = values(output * above);
            products.iter().map(|&value| f64::from(value)).sum()
        };
        let (input, weights, bias) = (case.input(device), case.weights(device), case.bias(device));
        // The loss is linear in each operand, so a large step has no error of its own.
        let step = 0.5;
        let nudged = |values: &[f32], place: usize, by: f32| {
            let mut nudged = values.to_vec();
            nudged[place] += by;
            nudged
        };
        let check = |what: &str, found: f32, difference: f64| {
            let gap = (f64::from(found) - difference).abs();
            assert!(
                gap < 1e-3 * (1.0 + difference.abs()),
                "{what}: {found}, difference {difference}"
            );
        };
        for place in [0, 7, by_input.len() / 2, by_input.len() - 1] {
            let at = |by| {
                let data = TensorData::new(nudged(&values(input.clone()), place, by), input.dims());
                loss(
                    Tensor::from_data(data, device),
                    weights.clone(),
                    bias.clone(),
                )
            };
            let difference = (at(step) - at(-step)) / f64::from(2.0 * step);
            check("input", by_input[place], difference);
        }
        for place in [0, 4, by_weights.len() / 3, by_weights.len() - 1] {
            let at = |by| {
                let data =
                    TensorData::new(nudged(&values(weights.clone()), place, by), weights.dims());
                loss(input.clone(), Tensor::from_data(data, device), bias.clone())
            };
            let difference = (at(step) - at(-step)) / f64::from(2.0 * step);
            check("weights", by_weights[place], difference);
        }
        for place in [0, by_bias.len() - 1] {
            let at = |by| {
                let data = TensorData::new(nudged(&values(bias.clone()), place, by), bias.dims());
                loss(
                    input.clone(),
                    weights.clone(),
                    Tensor::from_data(data, device),
                )
            };
            let difference = (at(step) - at(-step)) / f64::from(2.0 * step);
            check("bias", by_bias[place], difference);
        }
    }
}

#[test]
fn one_thread_and_many_give_the_same_bits() {
    // The last has more groups than are in flight at once, and how many are depends on the threads.
    let layers = [(37, 3, 24, 9), (37, 16, 32, 12), (37, 64, 64, 12)];
    for (batch, inputs, outputs, side) in layers {
        let mut case = Case::plain(batch, inputs, outputs, side);
        case.config.activation = Activation::ReluMaxPool;
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let run = || case.run(|input, weights, bias| case.ours(input, weights, bias));
            pool.install(run)
                .map(|values| values.into_iter().map(f32::to_bits).collect::<Vec<_>>())
        };
        let one = on(1);
        assert_eq!(one, on(1), "repeated");
        for threads in [2, 3, 8] {
            assert_eq!(one, on(threads), "{threads} threads");
        }
    }
}

#[test]
fn a_chain_keeps_the_channels_last_and_ends_in_the_usual_order() {
    let device = &Device::flex();
    let first = Case::plain(2, 3, 16, 12);
    let second = Case::plain(2, 16, 24, 10);
    let chain = |first_op: &dyn Fn(Tensor<4>) -> Tensor<4>,
                 second_op: &dyn Fn(Tensor<4>) -> Tensor<4>| {
        values(second_op(first_op(first.input(device))).flatten::<2>(1, 3))
    };
    let found = chain(
        &|x| first.ours(x, first.weights(device), first.bias(device)),
        &|x| second.ours(x, second.weights(device), second.bias(device)),
    );
    let expected = chain(
        &|x| first.burn(x, first.weights(device), first.bias(device)),
        &|x| second.burn(x, second.weights(device), second.bias(device)),
    );
    assert!(distance(&found, &expected) < 1e-4);
}

#[test]
fn a_view_is_taken_for_what_it_shows() {
    let device = &Device::flex();
    let case = Case::plain(4, 3, 8, 8);
    let turned = case.input(device).swap_dims(2, 3).narrow(0, 1, 2).flip([1]);
    let found = case.ours(turned.clone(), case.weights(device), case.bias(device));
    let expected = case.burn(turned, case.weights(device), case.bias(device));
    assert_eq!(found.dims(), [2, 8, 6, 6]);
    assert!(distance(&values(found), &values(expected)) < 1e-4);
}

#[test]
fn a_value_that_is_not_a_number_stays_visible() {
    let device = &Device::flex();
    for channels in [3, 16] {
        for activation in ACTIVATIONS {
            let mut case = Case::plain(1, channels, channels, 8);
            case.config.activation = activation;
            let bias = Tensor::from_data(
                TensorData::new(vec![f32::NAN; channels], [channels]),
                device,
            );
            let output = values(case.ours(case.input(device), case.weights(device), bias));
            assert!(output.iter().all(|value| value.is_nan()), "{activation:?}");
        }
    }
}

#[test]
fn an_input_without_gradient_costs_none() {
    let device = &Device::flex().autodiff();
    let case = Case::plain(2, 3, 4, 6);
    // As a batch arrives: made on the plain device.
    let input = case.input(&Device::flex());
    let weights = case.weights(device).require_grad();
    let bias = case.bias(device).require_grad();
    let gradients = case
        .ours(input, weights.clone(), bias.clone())
        .sum()
        .backward();
    assert_eq!(weights.grad(&gradients).unwrap().dims(), [4, 3, 3, 3]);
    assert_eq!(bias.grad(&gradients).unwrap().dims(), [4]);
}
