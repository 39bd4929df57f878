//! A NaN stays visible, so that it reaches the loss.

use burn::tensor::{Device, Tensor, TensorData};
use burn_flex_kernels::Activation;

use crate::case::{Case, values};

/// # Panics
/// If a NaN in the bias does not make every output a NaN.
fn check_nan(channels: usize, activation: Activation) {
    let device = &Device::flex();
    let mut case = Case::plain(1, channels, channels, 8);
    case.config.activation = activation;
    let bias = Tensor::from_data(
        TensorData::new(vec![f32::NAN; channels], [channels]),
        device,
    );
    let output = values(case.ours(case.input(device), case.weights(device), bias));
    assert!(output.iter().all(|value| value.is_nan()));
}

#[test]
fn a_nan_passes_a_direct_sum() {
    check_nan(3, Activation::Identity);
}

#[test]
fn a_nan_passes_a_direct_sum_with_relu() {
    check_nan(3, Activation::Relu);
}

#[test]
fn a_nan_passes_a_direct_sum_with_pooling() {
    check_nan(3, Activation::ReluMaxPool);
}

#[test]
fn a_nan_passes_winograds_filter() {
    check_nan(16, Activation::Identity);
}

#[test]
fn a_nan_passes_winograds_filter_with_relu() {
    check_nan(16, Activation::Relu);
}

#[test]
fn a_nan_passes_winograds_filter_with_pooling() {
    check_nan(16, Activation::ReluMaxPool);
}
