//! Gradients against finite differences of the operation.

use burn::tensor::{Device, Tensor, TensorData};
use burn_flex_kernels::Activation;

use crate::case::{Case, values};

/// An operand of the operation.
#[derive(Clone, Copy, Debug)]
enum Operand {
    Input,
    Weights,
    Bias,
}

/// The loss of a case when one value of an operand is moved.
fn loss(case: &Case, operand: Operand, place: usize, by: f32) -> f64 {
    let device = &Device::flex();
    let (input, weights, bias) = (case.input(device), case.weights(device), case.bias(device));
    let output = match operand {
        Operand::Input => case.ours(moved(input, place, by), weights, bias),
        Operand::Weights => case.ours(input, moved(weights, place, by), bias),
        Operand::Bias => case.ours(input, weights, moved(bias, place, by)),
    };
    let above = case.tensor(output.dims(), 3, device);
    let products = values(output * above);
    products.iter().map(|&value| f64::from(value)).sum()
}

/// A tensor with one of its values moved.
fn moved<const D: usize>(tensor: Tensor<D>, place: usize, by: f32) -> Tensor<D> {
    let (shape, device) = (tensor.dims(), tensor.device());
    let mut values = values(tensor);
    values[place] += by;
    Tensor::from_data(TensorData::new(values, shape), &device)
}

/// # Panics
/// If a gradient differs from the finite difference, at the first, the last and some places between.
fn check_difference(inputs: usize, outputs: usize, operand: Operand) {
    let mut case = Case::plain(2, inputs, outputs, 6);
    // Without a ReLU, the loss is linear in each operand, so a large step adds no error.
    case.config.activation = Activation::Identity;
    case.config.padding = [1, 1];
    let step = 0.5;
    let [_, by_input, by_weights, by_bias] =
        case.run(|input, weights, bias| case.ours(input, weights, bias));
    let gradient = match operand {
        Operand::Input => by_input,
        Operand::Weights => by_weights,
        Operand::Bias => by_bias,
    };
    let last = gradient.len() - 1;
    for place in [0, last / 3, last / 2, last] {
        let difference = (loss(&case, operand, place, step) - loss(&case, operand, place, -step))
            / f64::from(2.0 * step);
        let gap = (f64::from(gradient[place]) - difference).abs();
        assert!(
            gap < 1e-3 * (1.0 + difference.abs()),
            "{operand:?} {place}: {}, difference {difference}",
            gradient[place]
        );
    }
}

#[test]
fn direct_gradient_of_the_input_is_a_finite_difference() {
    check_difference(3, 5, Operand::Input);
}

#[test]
fn direct_gradient_of_the_weights_is_a_finite_difference() {
    check_difference(3, 5, Operand::Weights);
}

#[test]
fn direct_gradient_of_the_bias_is_a_finite_difference() {
    check_difference(3, 5, Operand::Bias);
}

#[test]
fn winograd_gradient_of_the_input_is_a_finite_difference() {
    check_difference(16, 16, Operand::Input);
}

#[test]
fn winograd_gradient_of_the_weights_is_a_finite_difference() {
    check_difference(16, 16, Operand::Weights);
}

#[test]
fn winograd_gradient_of_the_bias_is_a_finite_difference() {
    check_difference(16, 16, Operand::Bias);
}
