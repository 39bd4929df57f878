//! Small networks and images for tests.

use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::{Architecture, Network, NetworkConfig, PUBLISHED_INPUT};

/// A small configuration of every architecture.
pub(crate) fn all() -> impl Iterator<Item = NetworkConfig> {
    Architecture::ALL.iter().copied().map(small)
}

/// A configuration with a few channels.
pub(crate) fn small(name: Architecture) -> NetworkConfig {
    let (widths, hidden) = match name {
        Architecture::Cnn | Architecture::CnnBn => (vec![4, 8], Some(16)),
        Architecture::ResNet20 => (vec![4, 8, 8], None),
        Architecture::PreActResNet18 | Architecture::ResNet18 | Architecture::ResNet50 => {
            (vec![4, 4, 8, 8], None)
        }
        Architecture::PointNet | Architecture::PointNetT => (vec![4, 8, 16], Some(12)),
    };
    NetworkConfig {
        name,
        widths,
        hidden,
    }
}

/// A network for ten classes with the weights of `seed`.
pub(crate) fn network(config: &NetworkConfig, seed: u64, device: &Device) -> Network {
    let rng = &mut ChaCha8Rng::seed_from_u64(seed);
    config.init(PUBLISHED_INPUT, 10, rng, device)
}

/// Uniform pixels, `[count, 3, 32, 32]`.
pub(crate) fn images(count: usize, seed: u64, device: &Device) -> Tensor<4> {
    images_of(PUBLISHED_INPUT, count, seed, device)
}

/// Uniform pixels of images of this shape.
pub(crate) fn images_of(
    [channels, height, width]: [usize; 3],
    count: usize,
    seed: u64,
    device: &Device,
) -> Tensor<4> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let pixels: Vec<f32> = (0..count * channels * height * width)
        .map(|_| rng.random_range(-2.0..2.0))
        .collect();
    let shape = [count, channels, height, width];
    Tensor::from_data(TensorData::new(pixels, shape), device)
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
