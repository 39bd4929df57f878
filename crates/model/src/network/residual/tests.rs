//! The means of the head, and the blocks of a layer.

use super::*;
use crate::for_tests::{tensor, values};
use burn::nn::LinearConfig;

#[test]
fn channel_means_are_over_the_pixels_of_one_channel_and_image() {
    let maps = [
        1.0, 2.0, 3.0, 10.0, 20.0, 30.0, 4.0, 4.0, 4.0, -6.0, 0.0, 6.0,
    ];
    let means = channel_means(tensor(&maps, [2, 6], &Device::flex()), 2);
    assert_eq!(means.dims(), [2, 2]);
    assert_eq!(values(means), [2.0, 20.0, 4.0, 0.0]);
}

/// With a weight of ones and a bias of zeros a logit is the sum of the channels' means.
#[test]
fn pooled_head_is_linear_in_the_means() {
    let device = &Device::flex();
    let linear = LinearConfig::new(2, 1).init(device);
    let linear = crate::pytorch::replace(linear, |name, shape| {
        let value = if name == "weight" { 1.0 } else { 0.0 };
        Some(vec![value; shape.iter().product()])
    });
    let maps = tensor(&[1.0, 3.0, 10.0, 30.0], [1, 4], device);
    assert_eq!(values(pooled_head(&linear, maps, Precision::F32)), [22.0]);
}

/// What a block was made with.
struct Recorded([usize; 2], usize);

impl ResidualBlock for Recorded {
    fn new(channels: [usize; 2], stride: usize, _device: &Device) -> Self {
        Self(channels, stride)
    }

    fn forward(&self, x: Tensor<4>, _precision: Precision) -> Tensor<4> {
        // Not commutative, so the order of the blocks shows.
        x * self.0[0] as f32 + self.1 as f32
    }
}

#[test]
fn only_the_first_block_of_a_layer_changes_channels_and_size() {
    let layer: Vec<Recorded> = layer([4, 8], 2, 3, &Device::flex());
    let made: Vec<_> = layer.iter().map(|block| (block.0, block.1)).collect();
    assert_eq!(made, [([4, 8], 2), ([8, 8], 1), ([8, 8], 1)]);
}

#[test]
fn blocks_of_a_layer_are_applied_in_order() {
    let layer: Vec<Recorded> = layer([4, 8], 2, 2, &Device::flex());
    let x = Tensor::ones([1, 1, 1, 1], &Device::flex());
    let found = values(apply(&layer, x, Precision::F32));
    assert_eq!(found, [(1.0 * 4.0 + 2.0) * 8.0 + 1.0]);
}
