//! The shortcut without parameters, and the basic block.

use super::*;
use crate::for_tests::{tensor, values};
use crate::pytorch;

/// One channel of 4x4 pixels with the values 1 to 16.
fn map(device: &Device) -> Tensor<4> {
    let pixels: Vec<f32> = (1..=16).map(|value| value as f32).collect();
    tensor(&pixels, [1, 1, 4, 4], device)
}

/// Three channels are missing; one of them goes in front.
#[test]
fn shortcut_takes_every_second_pixel_between_zero_channels() {
    let found = subsample(map(&Device::flex()), 2, 4);
    assert_eq!(found.dims(), [1, 4, 2, 2]);
    let zeros = [0.0; 4];
    let expected = [zeros, [1.0, 3.0, 9.0, 11.0], zeros, zeros].concat();
    assert_eq!(values(found), expected);
}

#[test]
fn shortcut_gradient_reaches_only_the_pixels_that_it_takes() {
    let x = map(&Device::flex().autodiff()).require_grad();
    let found = subsample(x.clone(), 2, 4);
    let gradients = (found.clone() * found).sum().backward();
    let gradient = values(x.grad(&gradients).unwrap());
    let row = |a, b| [a, 0.0, b, 0.0];
    let zeros = [0.0; 4];
    let expected = [row(2.0, 6.0), zeros, row(18.0, 22.0), zeros].concat();
    assert_eq!(gradient, expected);
}

#[test]
fn shortcut_of_equal_sizes_is_the_identity() {
    let x = map(&Device::flex());
    assert_eq!(values(subsample(x.clone(), 1, 1)), values(x));
}

#[test]
fn shortcut_pads_an_even_number_of_channels_equally() {
    let found = subsample(map(&Device::flex()), 1, 5);
    let sums = values(found.sum_dim(2).sum_dim(3));
    assert_eq!(sums, [0.0, 0.0, 136.0, 0.0, 0.0]);
}

/// The second normalisation's weight of zero leaves the shortcut and the last ReLU.
#[test]
fn block_without_its_convolutions_is_a_relu() {
    let device = &Device::flex();
    let block = Block::new([1, 1], 1, device);
    let block = pytorch::replace(block, |name, _| (name == "bn2.weight").then(|| vec![0.0]));
    let x = map(device) - 8.5;
    let found = values(block.forward(x.clone(), Precision::F32));
    let expected: Vec<f32> = values(x).iter().map(|value| value.max(0.0)).collect();
    assert_eq!(found, expected);
}
