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

fn train_device() -> Device {
    Device::flex().autodiff()
}

/// One channel that is fed `batch` `times` times: running mean and variance.
fn running_after(batch: &[f32], times: i32) -> [f32; 2] {
    let device = &train_device();
    let layer = new_batch_norm(1, device);
    for _ in 0..times {
        batch_norm(&layer, tensor(batch, [batch.len(), 1, 1, 1], device));
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
        let found = values(batch_norm(&layer, tensor(&batch, SHAPE, device)));
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

#[test]
fn constant_channel_becomes_the_bias() {
    let device = &train_device();
    let layer = pytorch::replace(new_batch_norm(1, device), |name, _| match name {
        "weight" => Some(vec![2.0]),
        "bias" => Some(vec![0.25]),
        _ => None,
    });
    let output = batch_norm(&layer, tensor(&[7.0; 4], [2, 1, 1, 2], device));
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
    let output = batch_norm(&layer, tensor(&[-1.0, 1.0], [2, 1, 1, 1], device));
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
    assert_close(&values(batch_norm(&layer, x)), &expected);
}

#[test]
fn evaluation_after_training_uses_what_training_left() {
    let device = &train_device();
    let layer = new_batch_norm(2, device);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    batch_norm(&layer, tensor(&random_batch(&mut rng), SHAPE, device));
    let means = values(layer.running_mean.value());
    let variances = values(layer.running_var.value());

    let batch = random_batch(&mut rng);
    let x = tensor(&batch, SHAPE, &Device::flex());
    let found = values(batch_norm(&layer.clone().valid(), x));
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
    batch_norm(&layer, tensor(&batch, SHAPE, device));
    assert_eq!(values(layer.running_mean.value()), [0.0, 0.0]);
    assert_eq!(values(layer.running_var.value()), [1.0, 1.0]);
}
