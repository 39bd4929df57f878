//! Batch normalisation against a scalar version of PyTorch's rule.

use super::*;
use crate::for_tests::{tensor, values};
use crate::pytorch;
use burn::module::Module;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SHAPE: [usize; 4] = [3, 2, 2, 3];

fn random_batch(rng: &mut ChaCha8Rng) -> Vec<f32> {
    (0..SHAPE.iter().product())
        .map(|_| rng.random_range(-1.0..5.0))
        .collect()
}

/// The values of one channel of a batch.
fn channel(batch: &[f32], channel: usize) -> Vec<f64> {
    let [_, channels, height, width] = SHAPE;
    let maps = batch.chunks(height * width).enumerate();
    let of_channel = maps.filter(|(index, _)| index % channels == channel);
    of_channel
        .flat_map(|(_, values)| values.iter().map(|v| f64::from(*v)))
        .collect()
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (f64::from(*found) - expected).abs() < 1e-5,
            "{found} for {expected}"
        );
    }
}

/// Without an addend and an activation.
fn normalised(layer: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    batch_norm(layer, x, None, Activation::Identity)
}

/// A layer whose parameters and running statistics are not those of a new one.
fn used_layer(device: &Device) -> BatchNorm {
    pytorch::replace(new_batch_norm(2, device), |name, _| {
        Some(match name {
            "weight" => vec![1.5, -0.5],
            "bias" => vec![0.25, -0.75],
            "running_mean" => vec![2.0, -1.0],
            "running_var" => vec![4.0, 0.5],
            _ => return None,
        })
    })
}

fn train_device() -> Device {
    Device::flex().autodiff()
}

/// One channel that is fed `batch` `times` times: running mean and variance.
fn running_after(batch: &[f32], times: i32) -> [f32; 2] {
    let device = &train_device();
    let layer = new_batch_norm(1, device);
    for _ in 0..times {
        normalised(&layer, tensor(batch, [batch.len(), 1, 1, 1], device));
    }
    [&layer.running_mean, &layer.running_var].map(|running| values(running.value())[0])
}

/// Mean and sum of squared deviations.
fn moments(x: &[f64]) -> (f64, f64) {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    (mean, x.iter().map(|v| (v - mean).powi(2)).sum())
}

#[test]
fn training_follows_pytorch_over_three_batches() {
    let device = &train_device();
    let layer = new_batch_norm(2, device);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut means, mut variances) = ([0.0; 2], [1.0; 2]);
    for _ in 0..3 {
        let batch = random_batch(&mut rng);
        let found = values(normalised(&layer, tensor(&batch, SHAPE, device)));
        for c in 0..2 {
            let x = channel(&batch, c);
            let n = x.len() as f64;
            let (mean, squares) = moments(&x);
            let normal = x.iter().map(|v| (v - mean) / (squares / n + 1e-5).sqrt());
            let found: Vec<f32> = channel(&found, c).iter().map(|v| *v as f32).collect();
            assert_close(&found, &normal.collect::<Vec<_>>());
            means[c] = 0.9 * means[c] + 0.1 * mean;
            variances[c] = 0.9 * variances[c] + 0.1 * squares / (n - 1.0);
        }
        // The statistics of this batch are included, not only those of the batches before it.
        assert_close(&values(layer.running_mean.value()), &means);
        assert_close(&values(layer.running_var.value()), &variances);
    }
}

/// Equal batches with mean m: 1 − 0.9⁵ of m after five of them.
#[test]
fn running_mean_approaches_the_batch_mean_geometrically() {
    let [mean, _] = running_after(&[1.0, 5.0], 5);
    assert_close(&[mean], &[3.0 * (1.0 - 0.9_f64.powi(5))]);
}

/// The values 1 and 5 have the unbiased variance 8 and the biased variance 4.
#[test]
fn running_variance_approaches_the_unbiased_one() {
    let [_, variance] = running_after(&[1.0, 5.0], 5);
    let kept = 0.9_f64.powi(5);
    assert_close(&[variance], &[kept + 8.0 * (1.0 - kept)]);
}

#[test]
fn running_variance_of_a_constant_channel_decays_to_zero() {
    let [mean, variance] = running_after(&[7.0; 4], 3);
    assert_close(&[mean], &[7.0 * (1.0 - 0.9_f64.powi(3))]);
    assert_close(&[variance], &[0.9_f64.powi(3)]);
}

/// As the last batch of an epoch may be, where the maps are one pixel. It is 0 / 0 by the rule.
#[test]
fn running_variance_of_one_pixel_decays_to_zero() {
    let [mean, variance] = running_after(&[7.0], 3);
    assert_close(&[mean], &[7.0 * (1.0 - 0.9_f64.powi(3))]);
    assert_close(&[variance], &[0.9_f64.powi(3)]);
}

#[test]
fn constant_channel_becomes_the_bias() {
    let device = &train_device();
    let layer = pytorch::replace(new_batch_norm(1, device), |name, _| match name {
        "weight" => Some(vec![2.0]),
        "bias" => Some(vec![0.25]),
        _ => None,
    });
    let output = normalised(&layer, tensor(&[7.0; 4], [2, 1, 1, 2], device));
    assert_eq!(values(output), [0.25; 4]);
}

/// −1 and 1 have mean 0 and biased variance 1.
#[test]
fn weight_and_bias_scale_and_shift() {
    let device = &train_device();
    let layer = pytorch::replace(new_batch_norm(1, device), |name, _| match name {
        "weight" => Some(vec![3.0]),
        "bias" => Some(vec![10.0]),
        _ => None,
    });
    let output = normalised(&layer, tensor(&[-1.0, 1.0], [2, 1, 1, 1], device));
    let scale = 3.0 / (1.0_f64 + 1e-5).sqrt();
    assert_close(&values(output), &[10.0 - scale, 10.0 + scale]);
}

#[test]
fn evaluation_uses_the_running_statistics() {
    let layer = pytorch::replace(new_batch_norm(1, &Device::flex()), |name, _| match name {
        "running_mean" => Some(vec![2.0]),
        "running_var" => Some(vec![4.0]),
        _ => None,
    });
    let x = tensor(&[2.0, 6.0], [2, 1, 1, 1], &Device::flex());
    let expected = [0.0, 4.0 / (4.0_f64 + 1e-5).sqrt()];
    assert_close(&values(normalised(&layer, x)), &expected);
}

#[test]
fn evaluation_after_training_uses_what_training_left() {
    let device = &train_device();
    let layer = new_batch_norm(2, device);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    normalised(&layer, tensor(&random_batch(&mut rng), SHAPE, device));
    let means = values(layer.running_mean.value());
    let variances = values(layer.running_var.value());

    let batch = random_batch(&mut rng);
    let x = tensor(&batch, SHAPE, &Device::flex());
    let found = values(normalised(&layer.clone().valid(), x));
    for c in 0..2 {
        let (mean, variance) = (f64::from(means[c]), f64::from(variances[c]));
        let normal = channel(&batch, c)
            .into_iter()
            .map(|v| (v - mean) / (variance + 1e-5).sqrt());
        let found: Vec<f32> = channel(&found, c).iter().map(|v| *v as f32).collect();
        assert_close(&found, &normal.collect::<Vec<_>>());
    }
    assert_eq!(values(layer.running_mean.value()), means);
}

#[test]
fn frozen_layer_keeps_its_statistics() {
    let device = &train_device();
    let layer = new_batch_norm(2, device).freeze();
    let batch = random_batch(&mut ChaCha8Rng::seed_from_u64(1));
    normalised(&layer, tensor(&batch, SHAPE, device));
    assert_eq!(values(layer.running_mean.value()), [0.0, 0.0]);
    assert_eq!(values(layer.running_var.value()), [1.0, 1.0]);
}

const ACTIVATIONS: [Activation; 3] = [
    Activation::Identity,
    Activation::Relu,
    Activation::ReluMaxPool,
];

/// max(x, 0) of whole maps of [`SHAPE`], or of their first two columns, pooled.
fn activated(maps: &[f64], activation: Activation) -> Vec<f64> {
    let [_, _, height, width] = SHAPE;
    let rectified = |x: &f64| x.max(0.0);
    match activation {
        Activation::Identity => maps.to_vec(),
        Activation::Relu => maps.iter().map(rectified).collect(),
        Activation::ReluMaxPool => maps
            .chunks(height * width)
            .map(|map| [map[0], map[1], map[width], map[width + 1]])
            .map(|window| window.iter().copied().fold(0.0, f64::max))
            .collect(),
    }
}

/// # Panics
/// If the output of a layer with these statistics is not the formula's.
fn check_output(
    layer: &BatchNorm,
    device: &Device,
    moments: impl Fn(&[f64], usize) -> (f64, f64),
    activation: Activation,
    adds: bool,
) {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let (batch, addend) = (random_batch(&mut rng), random_batch(&mut rng));
    let [weights, biases] = [&layer.gamma, &layer.beta].map(|parameter| values(parameter.val()));
    let maps = batch.chunks(SHAPE[2] * SHAPE[3]).len();
    let of_channels: Vec<_> = (0..2).map(|c| moments(&channel(&batch, c), c)).collect();
    let sums: Vec<f64> = (0..batch.len())
        .map(|at| {
            let c = at / (batch.len() / maps) % 2;
            let (mean, variance) = of_channels[c];
            let normal = (f64::from(batch[at]) - mean) / (variance + 1e-5).sqrt();
            let added = if adds { f64::from(addend[at]) } else { 0.0 };
            f64::from(weights[c]) * normal + f64::from(biases[c]) + added
        })
        .collect();
    let found = batch_norm(
        layer,
        tensor(&batch, SHAPE, device),
        adds.then(|| tensor(&addend, SHAPE, device)),
        activation,
    );
    assert_close(&values(found), &activated(&sums, activation));
}

#[test]
fn training_adds_and_activates_as_asked() {
    let device = &train_device();
    let of_batch = |x: &[f64], _| {
        let (mean, squares) = moments(x);
        (mean, squares / x.len() as f64)
    };
    for activation in ACTIVATIONS {
        for adds in [false, true] {
            check_output(&used_layer(device), device, of_batch, activation, adds);
        }
    }
}

#[test]
fn evaluation_adds_and_activates_as_asked() {
    let device = &Device::flex();
    let running = |_: &[f64], c: usize| [(2.0, 4.0), (-1.0, 0.5)][c];
    for activation in ACTIVATIONS {
        for adds in [false, true] {
            check_output(&used_layer(device), device, running, activation, adds);
        }
    }
}

#[test]
fn evaluation_is_burns() {
    let device = &Device::flex();
    let layer = used_layer(device);
    let batch = random_batch(&mut ChaCha8Rng::seed_from_u64(1));
    let x = tensor(&batch, SHAPE, device);
    let expected = values(layer.forward(x.clone())).into_iter();
    let expected: Vec<f64> = expected.map(f64::from).collect();
    assert_close(&values(normalised(&layer, x)), &expected);
}

/// What follows the normalisation does not change what it measures.
#[test]
fn running_statistics_are_those_before_the_sum_and_the_activation() {
    let device = &train_device();
    let running = |activation: Activation, adds: bool| {
        let layer = used_layer(device);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..2 {
            let [x, addend] = [0, 1].map(|_| tensor(&random_batch(&mut rng), SHAPE, device));
            batch_norm(&layer, x, adds.then_some(addend), activation);
        }
        [&layer.running_mean, &layer.running_var].map(|running| values(running.value()))
    };
    let expected = running(Activation::Identity, false).concat();
    let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
    assert_ne!(expected, [2.0, -1.0, 4.0, 0.5]);
    for activation in ACTIVATIONS {
        assert_close(&running(activation, true).concat(), &expected);
    }
}

/// As for attacks, which need the gradient of pixels alone.
#[test]
fn frozen_layer_passes_gradients_through_its_running_statistics() {
    let device = &train_device();
    let layer = used_layer(device).freeze();
    let batch = random_batch(&mut ChaCha8Rng::seed_from_u64(1));
    let x = tensor(&batch, SHAPE, device).require_grad();
    let gradients = normalised(&layer, x.clone()).sum().backward();
    let found = values(x.grad(&gradients).unwrap());
    for (c, factor) in [1.5 / 2.0, -0.5 / 0.5_f64.sqrt()].into_iter().enumerate() {
        let found: Vec<f32> = channel(&found, c).iter().map(|v| *v as f32).collect();
        assert_close(&found, &vec![factor; found.len()]);
    }
}

/// The sum over a batch does not depend on a value that is subtracted from all of it.
#[test]
fn training_passes_gradients_through_the_batchs_statistics() {
    let device = &train_device();
    let layer = used_layer(device);
    let batch = random_batch(&mut ChaCha8Rng::seed_from_u64(1));
    let x = tensor(&batch, SHAPE, device).require_grad();
    let gradients = normalised(&layer, x.clone()).sum().backward();
    assert_close(
        &values(x.grad(&gradients).unwrap()),
        &vec![0.0; batch.len()],
    );
    let found = [&layer.gamma, &layer.beta].map(|parameter| {
        let gradient = parameter.val().grad(&gradients).unwrap();
        values(gradient)
    });
    let pixels = (batch.len() / 2) as f32;
    assert_close(&found[0], &[0.0; 2]);
    assert_eq!(found[1], [pixels; 2]);
}
