//! Batch normalisation against a scalar version of PyTorch's rule.

use super::*;
use crate::for_tests::values;
use burn::module::Module;
use burn::nn::BatchNormConfig;
use burn::tensor::{Device, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SHAPE: [usize; 4] = [3, 2, 2, 3];

fn batch(rng: &mut ChaCha8Rng) -> Vec<f32> {
    (0..SHAPE.iter().product())
        .map(|_| rng.random_range(-1.0..5.0))
        .collect()
}

/// A channel's values of a batch.
fn channel(batch: &[f32], channel: usize) -> Vec<f64> {
    let [_, channels, height, width] = SHAPE;
    let chunks = batch.chunks(height * width).enumerate();
    let of_channel = chunks.filter(|(index, _)| index % channels == channel);
    of_channel
        .flat_map(|(_, values)| values.iter().map(|v| f64::from(*v)))
        .collect()
}

fn close(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (f64::from(*found) - expected).abs() < 1e-5,
            "{found} for {expected}"
        );
    }
}

#[test]
fn statistics_run_as_pytorch_s() {
    let device = &Device::flex().autodiff();
    let layer = BatchNormConfig::new(2).init(device);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut means, mut variances) = ([0.0; 2], [1.0; 2]);
    for _ in 0..3 {
        let batch = batch(&mut rng);
        let x = Tensor::from_data(TensorData::new(batch.clone(), SHAPE), device);
        let found = batch_norm(&layer, x)
            .into_data()
            .try_into_vec::<f32>()
            .unwrap();
        for c in 0..2 {
            let x = channel(&batch, c);
            let n = x.len() as f64;
            let mean = x.iter().sum::<f64>() / n;
            let squares = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
            let normal = x.iter().map(|v| (v - mean) / (squares / n + 1e-5).sqrt());
            let found: Vec<f32> = channel(&found, c).iter().map(|v| *v as f32).collect();
            close(&found, &normal.collect::<Vec<_>>());
            means[c] = 0.9 * means[c] + 0.1 * mean;
            variances[c] = 0.9 * variances[c] + 0.1 * squares / (n - 1.0);
        }
        // Not those of the batch before.
        close(&values(layer.running_mean.value()), &means);
        close(&values(layer.running_var.value()), &variances);
    }

    let batch = batch(&mut rng);
    let x = Tensor::from_data(TensorData::new(batch.clone(), SHAPE), &Device::flex());
    let found = values(batch_norm(&layer.valid(), x));
    for c in 0..2 {
        let normal = channel(&batch, c)
            .into_iter()
            .map(|v| (v - means[c]) / (variances[c] + 1e-5).sqrt());
        let found: Vec<f32> = channel(&found, c).iter().map(|v| *v as f32).collect();
        close(&found, &normal.collect::<Vec<_>>());
    }
    close(&values(layer.running_mean.value()), &means);
}

#[test]
fn a_frozen_layer_keeps_its_statistics() {
    let device = &Device::flex().autodiff();
    let layer = BatchNormConfig::new(2).init(device).freeze();
    let batch = batch(&mut ChaCha8Rng::seed_from_u64(1));
    let x = Tensor::from_data(TensorData::new(batch, SHAPE), device);
    batch_norm(&layer, x);
    close(&values(layer.running_mean.value()), &[0.0, 0.0]);
    close(&values(layer.running_var.value()), &[1.0, 1.0]);
}
