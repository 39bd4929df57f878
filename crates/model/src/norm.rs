//! Batch normalisation with PyTorch's running statistics.

use burn::module::RunningState;
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::module::batch_norm_train;
use burn::tensor::{Device, Tensor};

/// A new layer. Burn's defaults are PyTorch's: ε is 1e-5, the momentum 0.1.
pub(crate) fn new_batch_norm(channels: usize, device: &Device) -> BatchNorm {
    BatchNormConfig::new(channels).init(device)
}

/// Burn's [`BatchNorm::forward`] with PyTorch's running variance.
///
/// The batch is normalised by its biased variance. The running variance takes the unbiased one, which
/// is n / (n − 1) times as large for n pixels per channel; Burn's takes the biased one. The running
/// statistics are up to date after each batch. Burn's lag one batch in copies and records.
///
/// # Source
/// `torch.nn.BatchNorm2d`.
pub(crate) fn batch_norm(layer: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    if !(x.device().is_autodiff() && layer.training.is_enabled()) {
        return layer.forward(x);
    }
    let [batch, _, height, width] = x.dims();
    let pixels = (batch * height * width) as f64;
    let normalised = batch_norm_train(x, layer.gamma.val(), layer.beta.val(), layer.epsilon);
    let unbiased = normalised.variance * (pixels / (pixels - 1.0));
    update(&layer.running_mean, normalised.mean, layer.momentum);
    update(&layer.running_var, unbiased, layer.momentum);
    normalised.output
}

fn update(running: &RunningState<Tensor<1>>, batch_value: Tensor<1>, momentum: f64) {
    let kept = running.value() * (1.0 - momentum);
    running.update((kept + batch_value * momentum).detach());
    // `update` only stores the value until the next one; this applies it now.
    running.value_sync();
}

#[cfg(test)]
mod tests;
