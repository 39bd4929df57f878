//! Names, shapes and number of a network's tensors, and whether their values are numbers.

use burn::tensor::Device;

use crate::{Network, NetworkConfig, PUBLISHED_INPUT, pytorch};

impl NetworkConfig {
    /// Name and shape of every tensor in PyTorch's state dictionary, in the order of the layers, for images
    /// of `input` (channels, height, width).
    ///
    /// Running statistics are included. No memory is allocated for weights.
    ///
    /// # Panics
    /// If [`NetworkConfig::check`] or [`NetworkConfig::check_input`] fails.
    pub fn parameters(&self, input: [usize; 3], classes: usize) -> Vec<(String, Vec<usize>)> {
        // The CPU is always available, and shapes are the same on every device.
        let device = Device::flex();
        pytorch::shapes(&Network::without_weights(self, input, classes, &device))
    }

    /// Whether the network has batch normalisation, so that an image's logits depend on the other
    /// images of its batch during training.
    pub fn has_batch_norm(&self) -> bool {
        Self::published(self.name)
            .parameters(PUBLISHED_INPUT, 1)
            .iter()
            .any(|(name, _)| pytorch::is_statistic(name))
    }
}

impl Network {
    /// The number of parameters. Unlike Burn's `num_params` it excludes running statistics.
    pub fn parameters_count(&self) -> usize {
        pytorch::shapes(self)
            .iter()
            .filter(|(name, _)| !pytorch::is_statistic(name))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }

    /// The name of the first tensor with a value that is not finite; `None` if all values are.
    ///
    /// Running statistics are included. Reads every tensor from the device.
    pub fn first_not_finite(&self) -> Option<String> {
        let mut tensors = pytorch::tensors(self).into_iter();
        tensors
            .find(|(_, _, values)| values.iter().any(|value| !value.is_finite()))
            .map(|(name, ..)| name)
    }
}

#[cfg(test)]
mod tests;
