//! A NaN reaches the loss.

use burn::tensor::{Device, Tensor, TensorData};
use burn_flex_kernels::Activation;

use super::case::{Norm, Operands};
use crate::case::values;

/// # Panics
/// If a NaN pixel does not make the loss NaN.
fn check(activation: Activation, adds: bool, given: bool) {
    let norm = Norm {
        adds,
        given,
        ..Norm::plain(activation)
    };
    let device = &Device::flex();
    let operands = norm.operands(device);
    let mut pixels = values(operands.input.clone());
    pixels[7] = f32::NAN;
    let normed = norm.ours(Operands {
        input: Tensor::from_data(TensorData::new(pixels, norm.shape), device),
        ..operands
    });
    assert!(values(normed.output.sum())[0].is_nan());
}

#[test]
fn a_nan_reaches_the_loss() {
    check(Activation::Identity, false, false);
}

#[test]
fn a_nan_reaches_the_loss_through_relu() {
    check(Activation::Relu, false, false);
}

#[test]
fn a_nan_reaches_the_loss_through_pooling() {
    check(Activation::ReluMaxPool, false, false);
}

#[test]
fn a_nan_reaches_the_loss_through_a_sum_with_relu() {
    check(Activation::Relu, true, false);
}

#[test]
fn a_nan_reaches_the_loss_with_given_statistics() {
    for activation in [
        Activation::Identity,
        Activation::Relu,
        Activation::ReluMaxPool,
    ] {
        check(activation, false, true);
    }
}
