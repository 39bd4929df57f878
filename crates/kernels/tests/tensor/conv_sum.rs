//! A convolution with an addend against the convolution and a sum of its own.

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::{Activation, ConvConfig, fused_conv2d_sum};

use crate::case::{Case, values};

/// A residual network's second convolution.
fn case(activation: Activation) -> Case {
    let mut case = Case::plain(3, 16, 24, 8);
    case.config = ConvConfig {
        padding: [1, 1],
        activation,
        ..case.config
    };
    case
}

fn addend(case: &Case, device: &Device) -> Tensor<4> {
    // With the channels last in memory.
    let last = case.tensor([3, 8, 8, 24], 7, device);
    last.swap_dims(2, 3).swap_dims(1, 2)
}

/// The output of `operation` and the gradients of all four operands.
fn run(
    case: &Case,
    operation: impl Fn(&Case, [Tensor<4>; 3], Tensor<1>) -> Tensor<4>,
) -> Vec<Vec<f32>> {
    let device = &Device::flex().autodiff();
    let operands = [
        case.input(device),
        case.weights(device),
        addend(case, device),
    ]
    .map(|tensor| tensor.detach().require_grad());
    let bias = case.bias(device).require_grad();
    let output = operation(case, operands.clone(), bias.clone());
    let above = case.tensor(output.dims(), 3, device);
    let gradients = (output.clone() * above).sum().backward();
    let mut found = vec![values(output), values(bias.grad(&gradients).unwrap())];
    found.extend(operands.map(|tensor| values(tensor.grad(&gradients).unwrap())));
    found
}

fn fused(case: &Case, [input, weights, addend]: [Tensor<4>; 3], bias: Tensor<1>) -> Tensor<4> {
    fused_conv2d_sum(input, weights, bias, addend, case.config)
}

fn in_two_steps(
    case: &Case,
    [input, weights, addend]: [Tensor<4>; 3],
    bias: Tensor<1>,
) -> Tensor<4> {
    let identity = Case {
        config: ConvConfig {
            activation: Activation::Identity,
            ..case.config
        },
        ..case.clone()
    };
    let sums = identity.ours(input, weights, bias) + addend;
    match case.config.activation {
        Activation::Identity => sums,
        _ => relu(sums),
    }
}

/// With a ReLU the operation is composed, because the kernels have no gradient of it.
#[test]
fn output_and_gradients_are_those_of_two_steps() {
    for activation in [Activation::Identity, Activation::Relu] {
        let case = case(activation);
        assert_eq!(
            run(&case, fused),
            run(&case, in_two_steps),
            "{activation:?}"
        );
    }
}

#[test]
fn inference_adds_before_the_relu() {
    let device = &Device::flex();
    let case = case(Activation::Relu);
    let operands = || {
        [
            case.input(device),
            case.weights(device),
            addend(&case, device),
        ]
    };
    let found = fused(&case, operands(), case.bias(device));
    let expected = in_two_steps(&case, operands(), case.bias(device));
    assert_eq!(values(found), values(expected));
}

/// A batch of images knows no gradients, unlike the weights.
#[test]
fn weights_alone_can_have_gradients() {
    let device = &Device::flex().autodiff();
    for activation in [Activation::Identity, Activation::Relu] {
        let case = case(activation);
        let gradient = |operation: &dyn Fn([Tensor<4>; 3]) -> Tensor<4>| {
            let weights = case.weights(device).require_grad();
            let plain = &Device::flex();
            let y = operation([case.input(plain), weights.clone(), addend(&case, plain)]);
            values(weights.grad(&y.sum().backward()).unwrap())
        };
        let bias = || case.bias(device);
        let found = gradient(&|operands| fused(&case, operands, bias()));
        let expected = gradient(&|operands| in_two_steps(&case, operands, bias()));
        assert_eq!(found, expected, "{activation:?}");
    }
}

#[test]
fn an_addend_can_be_the_input() {
    let device = &Device::flex().autodiff();
    let mut case = case(Activation::Identity);
    case.outputs = case.inputs;
    let gradient = |operation: &dyn Fn([Tensor<4>; 3], Tensor<1>) -> Tensor<4>| {
        let x = case.input(device).require_grad();
        let y = operation(
            [x.clone(), case.weights(device), x.clone()],
            case.bias(device),
        );
        values(x.grad(&y.sum().backward()).unwrap())
    };
    let found = gradient(&|operands, bias| fused(&case, operands, bias));
    assert_eq!(
        found,
        gradient(&|operands, bias| in_two_steps(&case, operands, bias))
    );
}

#[test]
#[should_panic(expected = "shape of the addend")]
fn an_addend_of_another_shape_is_refused() {
    let device = &Device::flex();
    let case = case(Activation::Relu);
    let narrow = addend(&case, device).narrow(1, 0, 23);
    fused(
        &case,
        [case.input(device), case.weights(device), narrow],
        case.bias(device),
    );
}
