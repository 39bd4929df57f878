//! The layers in place of Burn's own, and the convolution with Burn's arguments.

use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig as BurnConfig};
use burn::tensor::module::conv2d as burn_conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor};
use burn_flex_kernels::conv2d;
use burn_flex_kernels::nn::{Conv2d, Conv2dConfig};
use proptest::prelude::*;

use crate::case::{Case, distance, values};

/// The output, and the gradients by input, weight and bias if there is one.
fn run(
    parameters: (Tensor<4>, Option<Tensor<1>>),
    input: Tensor<4>,
    forward: impl Fn(Tensor<4>) -> Tensor<4>,
) -> Vec<Vec<f32>> {
    let input = input.require_grad();
    let output = forward(input.clone());
    let shape = output.dims().map(|side| side as f32);
    let above = Case::plain(1, 1, 1, 3).tensor(output.dims(), 3, &output.device());
    let gradients = (output.clone() * above).sum().backward();
    let (weight, bias) = parameters;
    let mut all = vec![
        shape.to_vec(),
        values(output),
        values(input.grad(&gradients).unwrap()),
        values(weight.grad(&gradients).unwrap()),
    ];
    all.extend(bias.map(|bias| values(bias.grad(&gradients).unwrap())));
    all
}

fn assert_close(found: &[Vec<f32>], expected: &[Vec<f32>], what: &impl std::fmt::Debug) {
    assert_eq!(found.len(), expected.len());
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let gap = distance(found, expected);
        assert!(gap < 1e-4, "{what:?}: value {place} is off by {gap:e}");
    }
}

fn paddings() -> impl Strategy<Value = PaddingConfig2d> {
    prop_oneof![
        Just(PaddingConfig2d::Valid),
        Just(PaddingConfig2d::Same),
        Just(PaddingConfig2d::Explicit(1, 2, 1, 2)),
        Just(PaddingConfig2d::Explicit(0, 2, 1, 0)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_layer_computes_and_learns_what_burns_layer_does(
        groups in 1_usize..3,
        kernel in prop::array::uniform2(1_usize..4),
        stride in prop::array::uniform2(1_usize..3),
        dilation in prop::array::uniform2(1_usize..3),
        padding in paddings(),
        bias in any::<bool>(),
        extra in prop::array::uniform2(2_usize..6),
    ) {
        let device = &Device::flex().autodiff();
        let config = BurnConfig::new([4, 6], kernel)
            .with_groups(groups)
            .with_stride(stride)
            .with_dilation(dilation)
            .with_padding(padding)
            .with_bias(bias);
        let burns = config.init(device);
        let ours = Conv2d::from(burns.clone());
        let size = [0, 1].map(|axis| kernel[axis] * dilation[axis] + extra[axis]);
        let input = Case::plain(1, 1, 1, 3).tensor([2, 4, size[0], size[1]], 0, device);
        let parameters = || (burns.weight.val(), burns.bias.as_ref().map(|bias| bias.val()));
        let expected = run(parameters(), input.clone(), |x| burns.forward(x));
        let found = run(parameters(), input, |x| ours.forward(x));
        assert_close(&found, &expected, &config);
    }

    #[test]
    fn settings_make_the_layer_that_burns_settings_make(
        groups in 1_usize..3,
        padding in paddings(),
        bias in any::<bool>(),
    ) {
        let device = &Device::flex();
        let ours = Conv2dConfig::new([4, 6], [3, 2])
            .with_groups(groups)
            .with_stride([2, 1])
            .with_dilation([1, 2])
            .with_padding(padding.clone())
            .with_bias(bias)
            .init(device);
        let burns = BurnConfig::new([4, 6], [3, 2])
            .with_groups(groups)
            .with_stride([2, 1])
            .with_dilation([1, 2])
            .with_padding(padding)
            .with_bias(bias)
            .init(device);
        // All but the values of the parameters, which are drawn.
        prop_assert_eq!(ours.weight.dims(), burns.weight.dims());
        prop_assert_eq!(ours.bias.is_some(), burns.bias.is_some());
        prop_assert_eq!(
            (ours.stride, ours.kernel_size, ours.dilation, ours.groups, ours.padding),
            (burns.stride, burns.kernel_size, burns.dilation, burns.groups, burns.padding)
        );
    }
}

/// Sixteen channels and no stride take Winograd's filtering, also through the layer.
#[test]
fn a_wide_layer_computes_and_learns_what_burns_layer_does() {
    let device = &Device::flex().autodiff();
    let burns = BurnConfig::new([16, 16], [3, 3])
        .with_padding(PaddingConfig2d::Same)
        .init(device);
    let ours = Conv2d::from(burns.clone());
    let input = Case::plain(1, 1, 1, 3).tensor([3, 16, 9, 7], 0, device);
    let parameters = || {
        (
            burns.weight.val(),
            burns.bias.as_ref().map(|bias| bias.val()),
        )
    };
    let expected = run(parameters(), input.clone(), |x| burns.forward(x));
    let found = run(parameters(), input, |x| ours.forward(x));
    assert_close(&found, &expected, &"16 channels");
}

#[test]
fn a_layer_prints_as_burns_layer() {
    let burns = BurnConfig::new([4, 6], [3, 2]).init(&Device::flex());
    let expected = burns.to_string();
    assert_eq!(Conv2d::from(burns).to_string(), expected);
}

#[test]
fn a_layer_becomes_burns_layer_again() {
    let device = &Device::flex();
    let ours = Conv2dConfig::new([4, 6], [3, 2])
        .with_groups(2)
        .init(device);
    let burns = BurnConv2d::from(ours.clone());
    assert_eq!(values(burns.weight.val()), values(ours.weight.val()));
    assert_eq!((burns.groups, burns.kernel_size), (2, [3, 2]));
}

#[test]
fn settings_have_burns_defaults() {
    let (ours, burns) = (
        Conv2dConfig::new([3, 8], [5, 5]),
        BurnConfig::new([3, 8], [5, 5]),
    );
    assert_eq!(ours.to_string(), burns.to_string());
}

#[test]
fn records_of_burns_layer_load() {
    let device = &Device::flex();
    let config = BurnConfig::new([3, 8], [3, 3]);
    let burns: BurnConv2d = config.init(device);
    let ours = Conv2dConfig::new([3, 8], [3, 3]).init(device);
    assert_ne!(values(ours.weight.val()), values(burns.weight.val()));
    let ours = ours.load_record(burns.clone().into_record());
    assert_eq!(values(ours.weight.val()), values(burns.weight.val()));
    let bias = |bias: Option<burn::module::Param<Tensor<1>>>| values(bias.unwrap().val());
    assert_eq!(bias(ours.bias.clone()), bias(burns.bias.clone()));
    let input = Case::plain(1, 1, 1, 3).tensor([2, 3, 6, 6], 0, device);
    let gap = distance(
        &values(ours.forward(input.clone())),
        &values(burns.forward(input)),
    );
    assert!(gap < 1e-4, "{gap:e}");
}

#[test]
fn a_convolution_takes_burns_arguments() {
    let device = &Device::flex().autodiff();
    let case = Case::plain(2, 16, 16, 8);
    let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
    for with_bias in [true, false] {
        let weight = case.weights(device).require_grad();
        let bias = with_bias.then(|| case.bias(device).require_grad());
        let parameters = || (weight.clone(), bias.clone());
        let found = run(parameters(), case.input(device), |x| {
            conv2d(x, weight.clone(), bias.clone(), options.clone())
        });
        let expected = run(parameters(), case.input(device), |x| {
            burn_conv2d(x, weight.clone(), bias.clone(), options.clone())
        });
        assert_close(&found, &expected, &with_bias);
        // The kernels of this crate leave the channels last in memory; Burn's do not compute the same bits.
        assert_ne!(found, expected, "computed by Burn");
    }
}
