//! The pre-activation block with weights whose result is known.

use super::*;
use crate::for_tests::{tensor, values};
use crate::pytorch;

fn constant(block: Block, name: &str, value: f32) -> Block {
    pytorch::replace(block, |found, shape| {
        (found == name).then(|| vec![value; shape.iter().product()])
    })
}

fn input() -> Tensor<4> {
    let pixels: Vec<f32> = (0..2 * 4 * 4).map(|value| value as f32 - 16.0).collect();
    tensor(&pixels, [1, 2, 4, 4], &Device::flex())
}

/// No ReLU follows the sum, so negative values pass too.
#[test]
fn block_without_a_second_convolution_returns_its_input() {
    let block = Block::new([2, 2], 1, &Device::flex());
    let block = constant(block, "conv2.weight", 0.0);
    let found = block.forward(input(), Precision::F32);
    assert_eq!(values(found), values(input()));
}

/// The projection of ones sums the two channels of every second pixel after ReLU.
#[test]
fn projection_takes_the_normalised_maps_after_relu() {
    let block = Block::new([2, 3], 2, &Device::flex());
    let block = constant(block, "conv2.weight", 0.0);
    let block = constant(block, "shortcut.0.weight", 1.0);
    let found = block.forward(input(), Precision::F32);
    assert_eq!(found.dims(), [1, 3, 2, 2]);
    // Channel 0 is negative; channel 1 has the values 0 to 15. The running variance is 1.
    let scale = 1.0 / (1.0_f32 + 1e-5).sqrt();
    let expected = [0.0, 2.0, 8.0, 10.0].repeat(3);
    for (found, expected) in values(found).iter().zip(expected) {
        assert!((found - expected * scale).abs() < 1e-5);
    }
}

#[test]
fn block_that_keeps_channels_and_size_has_no_projection() {
    assert!(Block::new([4, 4], 1, &Device::flex()).shortcut.is_empty());
}

#[test]
fn block_that_changes_only_channels_has_a_projection() {
    assert_eq!(Block::new([4, 5], 1, &Device::flex()).shortcut.len(), 1);
}
