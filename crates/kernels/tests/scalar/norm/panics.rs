//! Operands of the wrong length are refused by name.

use burn_flex_kernels::{
    Activation, Instructions, NormBackwardPass, NormLayer, norm_backward, norm_forward,
};

use super::case::{Case, Operands};

/// Three images of 4 x 4 pixels with 5 channels, and an addend.
fn operands(activation: Activation) -> Operands {
    Operands::new(Case {
        adds: true,
        ..Case::plain(5, [4, 4], activation)
    })
}

const LEN: usize = 3 * 4 * 4 * 5;

/// Calls the forward pass of a layer that `change` has made wrong.
fn forward_of(change: impl FnOnce(&mut NormLayer<'_>)) {
    let operands = operands(Activation::Relu);
    let statistics = operands.statistics(Instructions::Scalar);
    let mut layer = operands.layer(&statistics);
    change(&mut layer);
    norm_forward(Instructions::Scalar, &layer);
}

/// Calls the backward pass with a gradient and an output of these lengths.
fn backward_of(gradient: usize, output: usize) {
    let operands = operands(Activation::Relu);
    let statistics = operands.statistics(Instructions::Scalar);
    norm_backward(&NormBackwardPass {
        instructions: Instructions::Scalar,
        layer: operands.layer(&statistics),
        of_this_batch: true,
        gradient: &vec![0.0; gradient],
        output: &vec![0.0; output],
    });
}

#[test]
fn operands_of_the_right_lengths_are_accepted() {
    forward_of(|_| {});
    backward_of(LEN, LEN);
}

#[test]
#[should_panic(expected = "input")]
fn an_input_that_is_too_short() {
    forward_of(|layer| layer.input = &layer.input[1..]);
}

#[test]
#[should_panic(expected = "scale")]
fn a_scale_for_too_few_channels() {
    forward_of(|layer| layer.scale = &layer.scale[1..]);
}

#[test]
#[should_panic(expected = "shift")]
fn a_shift_for_too_few_channels() {
    forward_of(|layer| layer.shift = &layer.shift[1..]);
}

#[test]
#[should_panic(expected = "addend")]
fn an_addend_that_is_too_short() {
    forward_of(|layer| layer.addend = layer.addend.map(|addend| &addend[1..]));
}

#[test]
#[should_panic(expected = "no addend before pooling")]
fn an_addend_before_pooling() {
    forward_of(|layer| layer.activation = Activation::ReluMaxPool);
}

#[test]
#[should_panic(expected = "means")]
fn means_of_too_few_channels() {
    let operands = operands(Activation::Relu);
    let mut statistics = operands.statistics(Instructions::Scalar);
    statistics.mean.pop();
    norm_forward(Instructions::Scalar, &operands.layer(&statistics));
}

#[test]
#[should_panic(expected = "variances")]
fn variances_of_too_few_channels() {
    let operands = operands(Activation::Relu);
    let mut statistics = operands.statistics(Instructions::Scalar);
    statistics.variance.pop();
    norm_forward(Instructions::Scalar, &operands.layer(&statistics));
}

#[test]
#[should_panic(expected = "gradient")]
fn a_gradient_that_is_too_short() {
    backward_of(LEN - 1, LEN);
}

#[test]
#[should_panic(expected = "output")]
fn an_output_that_is_too_short() {
    backward_of(LEN, LEN - 1);
}
