//! Small networks and images for tests.

use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{Architecture, Network, NetworkConfig};

/// A small configuration of every architecture.
pub(crate) fn all() -> impl Iterator<Item = NetworkConfig> {
    Architecture::ALL.iter().copied().map(small)
}

/// A configuration with a few channels.
pub(crate) fn small(name: Architecture) -> NetworkConfig {
    let (widths, hidden) = match name {
        Architecture::Cnn | Architecture::CnnBn => (vec![4, 8], Some(16)),
        Architecture::ResNet20 => (vec![4, 8, 8], None),
        Architecture::PreActResNet18 => (vec![4, 4, 8, 8], None),
    };
    NetworkConfig {
        name,
        widths,
        hidden,
    }
}

/// A network for ten classes with the weights of `seed`.
pub(crate) fn network(config: &NetworkConfig, seed: u64, device: &Device) -> Network {
    config.init(10, &mut ChaCha8Rng::seed_from_u64(seed), device)
}

/// Uniform pixels, `[count, 3, 32, 32]`.
pub(crate) fn images(count: usize, seed: u64, device: &Device) -> Tensor<4> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let pixels: Vec<f32> = (0..count * 3 * 32 * 32)
        .map(|_| rng.random_range(-2.0..2.0))
        .collect();
    Tensor::from_data(TensorData::new(pixels, [count, 3, 32, 32]), device)
}

/// A tensor of this shape with the given values.
pub(crate) fn tensor<const D: usize>(
    values: &[f32],
    shape: [usize; D],
    device: &Device,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// The values of a tensor, in order.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}
