//! Tensors of other layouts, types and sizes.

use burn::tensor::{DType, Device, FloatDType, Tensor};
use burn_flex_kernels::Activation;

use crate::case::{Case, distance, values};

#[test]
fn a_chain_keeps_the_channels_last_and_ends_in_the_usual_order() {
    let device = &Device::flex();
    let first = Case::plain(2, 3, 16, 12);
    let second = Case::plain(2, 16, 24, 10);
    let chain = |first_op: &dyn Fn(Tensor<4>) -> Tensor<4>,
                 second_op: &dyn Fn(Tensor<4>) -> Tensor<4>| {
        values(second_op(first_op(first.input(device))).flatten::<2>(1, 3))
    };
    let found = chain(
        &|x| first.ours(x, first.weights(device), first.bias(device)),
        &|x| second.ours(x, second.weights(device), second.bias(device)),
    );
    let expected = chain(
        &|x| first.burn(x, first.weights(device), first.bias(device)),
        &|x| second.burn(x, second.weights(device), second.bias(device)),
    );
    assert!(distance(&found, &expected) < 1e-4);
}

#[test]
fn a_view_is_taken_for_what_it_shows() {
    let device = &Device::flex();
    let case = Case::plain(4, 3, 8, 8);
    let turned = case.input(device).swap_dims(2, 3).narrow(0, 1, 2).flip([1]);
    let found = case.ours(turned.clone(), case.weights(device), case.bias(device));
    let expected = case.burn(turned, case.weights(device), case.bias(device));
    assert_eq!(found.dims(), [2, 8, 6, 6]);
    assert!(distance(&values(found), &values(expected)) < 1e-4);
}

#[test]
fn an_input_that_needs_no_gradient_is_accepted() {
    let device = &Device::flex().autodiff();
    let case = Case::plain(2, 3, 4, 6);
    // Like a batch of images: from the device without gradients.
    let input = case.input(&Device::flex());
    let weights = case.weights(device).require_grad();
    let bias = case.bias(device).require_grad();
    let gradients = case
        .ours(input, weights.clone(), bias.clone())
        .sum()
        .backward();
    assert_eq!(weights.grad(&gradients).unwrap().dims(), [4, 3, 3, 3]);
    assert_eq!(bias.grad(&gradients).unwrap().dims(), [4]);
}

#[test]
#[should_panic(expected = "channels of the input and inputs of the weights")]
fn weights_for_other_channels_are_refused() {
    let device = &Device::flex();
    let (three, four) = (Case::plain(1, 3, 5, 6), Case::plain(1, 4, 5, 6));
    three.ours(
        three.input(device),
        four.weights(device),
        three.bias(device),
    );
}

/// The kernels are for f32, so Burn computes other types.
#[test]
fn half_precision_is_left_to_burn() {
    let device = &Device::flex();
    let case = Case::plain(1, 3, 5, 6);
    let half = |operation: &dyn Fn(Tensor<4>, Tensor<4>, Tensor<1>) -> Tensor<4>| {
        let output = operation(
            case.input(device).cast(FloatDType::BF16),
            case.weights(device).cast(FloatDType::BF16),
            case.bias(device).cast(FloatDType::BF16),
        );
        assert_eq!(output.dtype(), DType::BF16);
        values(output.cast(FloatDType::F32))
    };
    let found = half(&|input, weights, bias| case.ours(input, weights, bias));
    let expected = half(&|input, weights, bias| case.burn(input, weights, bias));
    assert_eq!(found, expected);
}

#[test]
fn no_images_have_outputs_of_the_right_shape() {
    let device = &Device::flex();
    let mut case = Case::plain(0, 3, 5, 6);
    case.config.activation = Activation::ReluMaxPool;
    let output = case.ours(case.input(device), case.weights(device), case.bias(device));
    assert_eq!(output.dims(), [0, 5, 2, 2]);
}
