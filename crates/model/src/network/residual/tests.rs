//! The blocks of a layer.

use super::*;
use crate::for_tests::values;

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
