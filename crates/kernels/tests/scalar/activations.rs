//! Each activation on each way.

use burn_flex_kernels::{Activation, ConvShape, Instructions, Mode, forward};

use crate::check::{Operands, check_seeded, gradients, instructions, three_by_three};

const DIRECT: ConvShape = ConvShape {
    batch: 2,
    inputs: 3,
    outputs: 21,
    size: [8, 10],
    kernel: [3, 3],
    stride: [1, 1],
    padding: [0, 0],
};
const WINOGRAD: ConvShape = ConvShape {
    inputs: 16,
    outputs: 32,
    ..DIRECT
};

#[test]
fn direct_with_relu() {
    check_seeded(DIRECT, Activation::Relu, 5);
}

#[test]
fn direct_with_pooling() {
    check_seeded(DIRECT, Activation::ReluMaxPool, 5);
}

#[test]
fn direct_with_pooling_of_odd_sizes() {
    check_seeded(
        ConvShape {
            size: [9, 11],
            ..DIRECT
        },
        Activation::ReluMaxPool,
        5,
    );
}

#[test]
fn direct_with_pooling_to_one_pixel() {
    check_seeded(
        ConvShape {
            size: [4, 4],
            ..DIRECT
        },
        Activation::ReluMaxPool,
        5,
    );
}

#[test]
fn direct_with_padding_stride_and_pooling() {
    check_seeded(
        ConvShape {
            stride: [2, 2],
            padding: [1, 1],
            ..DIRECT
        },
        Activation::ReluMaxPool,
        5,
    );
}

#[test]
fn winograd_with_relu() {
    check_seeded(WINOGRAD, Activation::Relu, 5);
}

#[test]
fn winograd_with_pooling() {
    check_seeded(WINOGRAD, Activation::ReluMaxPool, 5);
}

#[test]
fn winograd_with_pooling_of_odd_sizes() {
    check_seeded(
        ConvShape {
            size: [9, 11],
            ..WINOGRAD
        },
        Activation::ReluMaxPool,
        5,
    );
}

#[test]
fn winograd_with_pooling_to_one_pixel() {
    check_seeded(
        ConvShape {
            size: [4, 4],
            ..WINOGRAD
        },
        Activation::ReluMaxPool,
        5,
    );
}

#[test]
fn winograd_with_padding_and_pooling() {
    check_seeded(
        ConvShape {
            padding: [1, 1],
            ..WINOGRAD
        },
        Activation::ReluMaxPool,
        5,
    );
}

/// # Panics
/// If pooling a single pixel, which leaves nothing, has gradients other than zero.
fn check_pooled_away(inputs: usize, outputs: usize) {
    let shape = three_by_three(inputs, outputs, [3, 3]);
    let operands = Operands::new(shape, Activation::ReluMaxPool, 5);
    for instructions in instructions() {
        let output = forward(instructions, &operands.layer(), Mode::Training);
        assert!(output.values.is_empty() && output.argmax.is_empty());
        let found = gradients(instructions, operands.layer(), &[], &[]);
        assert_eq!(found.input.unwrap(), vec![0.0; operands.input.len()]);
        assert_eq!(found.weights, vec![0.0; operands.weights.len()]);
        assert_eq!(found.bias, vec![0.0; outputs]);
    }
}

#[test]
fn direct_with_pooling_that_leaves_nothing() {
    check_pooled_away(3, 5);
}

#[test]
fn winograd_with_pooling_that_leaves_nothing() {
    check_pooled_away(16, 16);
}

#[test]
fn an_argmax_is_recorded_for_pooling_alone() {
    for activation in [Activation::Identity, Activation::Relu] {
        let operands = Operands::new(DIRECT, activation, 5);
        let output = forward(Instructions::Scalar, &operands.layer(), Mode::Training);
        assert!(output.argmax.is_empty(), "{activation:?}");
    }
}

#[test]
fn an_argmax_is_recorded_for_training_alone() {
    let operands = Operands::new(DIRECT, Activation::ReluMaxPool, 5);
    let [training, inference] = [Mode::Training, Mode::Inference]
        .map(|mode| forward(Instructions::Scalar, &operands.layer(), mode));
    assert_eq!(training.argmax.len(), training.values.len());
    assert!(inference.argmax.is_empty());
}
