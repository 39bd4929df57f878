//! The initial weights of a network.

use burn::tensor::Device;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use crate::architecture::InitialWeights;
use crate::{Network, NetworkConfig, pytorch};

impl NetworkConfig {
    /// A network for images of `input` (channels, height, width) and `classes` classes on `device`, with
    /// weights drawn from `rng`. It computes in f32.
    ///
    /// Every weight and bias of a layer is uniform within ±1 / √fan_in, PyTorch's default. Convolutions of
    /// ResNet-18 and ResNet-50 are normal with a variance of 2 / fan_out, as torchvision's. The values
    /// are drawn on the host in the order of the layers, a layer's weights before its biases and in
    /// PyTorch's layout, so one seed gives the same weights on every device. Normalisation layers draw
    /// nothing and start as the identity.
    ///
    /// # Panics
    /// If [`NetworkConfig::check`] or [`NetworkConfig::check_input`] fails.
    ///
    /// # Source
    /// He et al., 2015, with gain √(1/3): `kaiming_uniform_(a = √5)` of `torch.nn`; and with gain √2 and fan_out:
    /// `kaiming_normal_` of `torchvision.models.resnet`.
    pub fn init(
        &self,
        input: [usize; 3],
        classes: usize,
        rng: &mut impl Rng,
        device: &Device,
    ) -> Network {
        let network = Network::without_weights(self, input, classes, device);
        let initial = self.name.info().initial;
        let mut fan_in = None;
        pytorch::replace(network, |name, shape| {
            if pytorch::is_statistic(name) {
                return None;
            }
            if name.ends_with(".weight") {
                let inputs = shape[1..].iter().product::<usize>();
                // A normalisation's weight is one factor per channel, so it has no inputs.
                fan_in = (shape.len() > 1).then_some(inputs);
            }
            let bound = 1.0 / (fan_in? as f64).sqrt();
            if let ([outputs, _, kernel @ ..], InitialWeights::FanOut) = (shape, initial)
                && !kernel.is_empty()
            {
                let fan_out = outputs * kernel.iter().product::<usize>();
                let deviation = (2.0 / fan_out as f64).sqrt();
                let draw = |_| {
                    let normal: f64 = rng.sample(StandardNormal);
                    (deviation * normal) as f32
                };
                return Some((0..shape.iter().product()).map(draw).collect());
            }
            let draw = |_| rng.random_range(-bound..bound) as f32;
            Some((0..shape.iter().product()).map(draw).collect())
        })
    }
}

#[cfg(test)]
mod tests;
