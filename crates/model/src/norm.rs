//! Batch normalisation with PyTorch's running statistics.

use burn::module::RunningState;
use burn::nn::BatchNorm;
use burn::tensor::Tensor;
use burn::tensor::module::batch_norm_train;

/// Burn's [`BatchNorm::forward`], with another running variance.
///
/// The batch is normalised by its biased variance, and the running variance takes the unbiased one,
/// which is n / (n − 1) of it for n pixels a channel; Burn's takes the biased one. After training the
/// running statistics are up to date, where Burn's lag one batch behind in a copy or a record.
///
/// # Source
/// `torch.nn.BatchNorm2d`.
pub(crate) fn batch_norm(layer: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    if !(x.device().is_autodiff() && layer.training.is_enabled()) {
        return layer.forward(x);
    }
    let [batch, _, height, width] = x.dims();
    let pixels = (batch * height * width) as f64;
    let of_batch = batch_norm_train(x, layer.gamma.val(), layer.beta.val(), layer.epsilon);
    let unbiased = of_batch.variance * (pixels / (pixels - 1.0));
    update(&layer.running_mean, of_batch.mean, layer.momentum);
    update(&layer.running_var, unbiased, layer.momentum);
    of_batch.output
}

fn update(running: &RunningState<Tensor<1>>, of_batch: Tensor<1>, momentum: f64) {
    let kept = running.value() * (1.0 - momentum);
    running.update((kept + of_batch * momentum).detach());
    // An update waits for the next one; this lets it in.
    running.value_sync();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::values;
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
}
