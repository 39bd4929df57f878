//! Operands of the wrong length are refused by name.

use burn_flex_kernels::{Activation, ConvShape, Instructions, Layer, Mode, forward};

use crate::check::{Operands, gradients, three_by_three};

/// Calls the forward pass of a layer that `change` has made wrong.
fn forward_of(change: impl FnOnce(&mut Layer<'_>)) {
    let operands = Operands::new(three_by_three(3, 5, [4, 4]), Activation::Relu, 1);
    let mut layer = operands.layer();
    change(&mut layer);
    forward(Instructions::Scalar, &layer, Mode::Inference);
}

/// Calls the backward pass with a gradient and a state of these lengths; 40 is right.
fn backward_of(gradient: usize, state: usize, activation: Activation) {
    let operands = Operands::new(three_by_three(3, 5, [4, 4]), activation, 1);
    gradients(
        Instructions::Scalar,
        operands.layer(),
        &vec![0.0; gradient],
        &vec![0.0; state],
    );
}

#[test]
#[should_panic(expected = "input")]
fn an_input_that_is_too_short() {
    forward_of(|layer| layer.input = &layer.input[1..]);
}

#[test]
#[should_panic(expected = "weights")]
fn weights_that_are_too_few() {
    forward_of(|layer| layer.weights = &layer.weights[1..]);
}

#[test]
#[should_panic(expected = "bias")]
fn a_bias_for_too_few_channels() {
    forward_of(|layer| layer.bias = &layer.bias[1..]);
}

#[test]
#[should_panic(expected = "addend")]
fn an_addend_of_another_length() {
    forward_of(|layer| layer.addend = &[0.0; 3]);
}

#[test]
#[should_panic(expected = "no addend before pooling")]
fn an_addend_before_pooling() {
    forward_of(|layer| {
        layer.activation = Activation::ReluMaxPool;
        layer.addend = &[0.0; 10];
    });
}

#[test]
#[should_panic(expected = "images with values")]
fn images_without_pixels() {
    forward_of(|layer| {
        layer.shape = ConvShape {
            size: [0, 4],
            padding: [2, 2],
            ..layer.shape
        };
        layer.input = &[];
    });
}

#[test]
#[should_panic(expected = "a kernel within the padded input")]
fn a_kernel_that_does_not_fit() {
    forward_of(|layer| {
        layer.shape.kernel = [1, 9];
    });
}

#[test]
fn a_gradient_of_the_outputs_length_is_accepted() {
    backward_of(40, 40, Activation::Relu);
}

#[test]
#[should_panic(expected = "gradient")]
fn a_gradient_that_is_too_short() {
    backward_of(39, 40, Activation::Relu);
}

#[test]
#[should_panic(expected = "state of the activation")]
fn a_state_that_is_too_short() {
    backward_of(40, 39, Activation::Relu);
}

#[test]
#[should_panic(expected = "no state")]
fn a_state_of_the_identity() {
    backward_of(40, 40, Activation::Identity);
}
