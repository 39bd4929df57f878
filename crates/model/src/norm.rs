//! Batch normalisation with PyTorch's running statistics.

use burn::module::RunningState;
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, BatchNormConfig as Settings, GivenStatistics};

/// A new layer. Burn's defaults are PyTorch's: ε is 1e-5, the momentum 0.1.
pub(crate) fn new_batch_norm(channels: usize, device: &Device) -> BatchNorm {
    BatchNormConfig::new(channels).init(device)
}

/// Batch normalisation, then the sum with `addend` if there is one, then `activation`.
///
/// In training, the batch is normalised by its own mean and its biased variance, as in Burn's
/// [`BatchNorm::forward`]. The running variance takes the unbiased one, which is n / (n − 1) times as
/// large for n pixels per channel; Burn's takes the biased one. The running statistics are up to date
/// after each batch. Burn's lag one batch in copies and records.
///
/// # Source
/// `torch.nn.BatchNorm2d`.
pub(crate) fn batch_norm(
    layer: &BatchNorm,
    x: Tensor<4>,
    addend: Option<Tensor<4>>,
    activation: Activation,
) -> Tensor<4> {
    let learns = learns(layer, &x.device());
    let given = || GivenStatistics {
        mean: layer.running_mean.value(),
        variance: layer.running_var.value(),
    };
    let given = (!learns).then(given);
    let settings = Settings {
        epsilon: layer.epsilon,
        activation,
    };
    let [batch, _, height, width] = x.dims();
    let (scale, shift) = (layer.gamma.val(), layer.beta.val());
    let normed = burn_flex_kernels::batch_norm(x, given, scale, shift, addend, settings);
    if learns {
        let pixels = (batch * height * width) as f64;
        // One pixel has no unbiased variance; its biased one, 0, is taken.
        let unbiased = normed.variance * (pixels / (pixels - 1.0).max(1.0));
        update(&layer.running_mean, normed.mean, layer.momentum);
        update(&layer.running_var, unbiased, layer.momentum);
    }
    normed.output
}

/// Whether a layer on this device normalises by the statistics of the batch and learns from them.
pub(crate) fn learns(layer: &BatchNorm, device: &Device) -> bool {
    device.is_autodiff() && layer.training.is_enabled()
}

/// What the running statistics make of a layer: factor x + offset, both `[channels]`.
pub(crate) fn factor_and_offset(layer: &BatchNorm) -> [Tensor<1>; 2] {
    let deviation = (layer.running_var.value() + layer.epsilon).sqrt();
    let factor = layer.gamma.val() / deviation;
    let offset = layer.beta.val() - layer.running_mean.value() * factor.clone();
    [factor, offset]
}

fn update(running: &RunningState<Tensor<1>>, batch_value: Tensor<1>, momentum: f64) {
    let kept = running.value() * (1.0 - momentum);
    running.update((kept + batch_value * momentum).detach());
    // `update` only stores the value until the next one; this applies it now.
    running.value_sync();
}

#[cfg(test)]
mod tests;
