//! PyTorch's names, shapes and layouts on a small module.

use super::*;
use crate::for_tests::{tensor, values};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::tensor::Device;

#[derive(Module, Debug)]
struct Small {
    convs: Vec<Conv2d>,
    bn: BatchNorm,
    fc: Linear,
}

fn small() -> Small {
    let device = &Device::flex();
    let conv = Conv2dConfig::new([1, 2], [1, 3]).with_bias(false);
    Small {
        convs: vec![conv.init(device)],
        bn: BatchNormConfig::new(2).init(device),
        fc: LinearConfig::new(3, 2).init(device),
    }
}

/// PyTorch's weight of the linear layer: a row per output.
const FC_WEIGHT: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

fn with_fc_weight() -> Small {
    replace(small(), |name, _| {
        (name == "fc.weight").then(|| FC_WEIGHT.to_vec())
    })
}

#[test]
fn names_and_shapes_are_those_of_the_state_dictionary() {
    let expected = [
        ("convs.0.weight", vec![2, 1, 1, 3]),
        ("bn.weight", vec![2]),
        ("bn.bias", vec![2]),
        ("bn.running_mean", vec![2]),
        ("bn.running_var", vec![2]),
        ("fc.weight", vec![2, 3]),
        ("fc.bias", vec![2]),
    ];
    let expected = expected.map(|(name, shape)| (name.to_owned(), shape));
    assert_eq!(shapes(&small()), expected);
}

#[test]
fn linear_weight_is_transposed_into_burn_layout() {
    let weight = with_fc_weight().fc.weight.val();
    assert_eq!(weight.dims(), [3, 2]);
    assert_eq!(values(weight), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
}

#[test]
fn linear_weight_reads_back_in_pytorch_layout() {
    let tensors = tensors(&with_fc_weight());
    let (_, shape, values) = &tensors[5];
    assert_eq!(*shape, [2, 3]);
    assert_eq!(*values, FC_WEIGHT);
}

/// y = W x + b with PyTorch's W.
#[test]
fn linear_layer_computes_with_pytorch_weight() {
    let module = replace(with_fc_weight(), |name, _| {
        (name == "fc.bias").then(|| vec![0.5, -0.5])
    });
    let x = tensor(&[1.0, 10.0, 100.0], [1, 3], &Device::flex());
    assert_eq!(values(module.fc.forward(x)), [321.5, 653.5]);
}

#[test]
fn convolution_weight_keeps_its_layout() {
    let weight = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let module = replace(small(), |name, _| {
        (name == "convs.0.weight").then(|| weight.to_vec())
    });
    assert_eq!(values(module.convs[0].weight.val()), weight);
}

#[test]
fn gamma_and_beta_are_weight_and_bias() {
    let module = replace(small(), |name, _| match name {
        "bn.weight" => Some(vec![2.0, 3.0]),
        "bn.bias" => Some(vec![-1.0, -2.0]),
        _ => None,
    });
    assert_eq!(values(module.bn.gamma.val()), [2.0, 3.0]);
    assert_eq!(values(module.bn.beta.val()), [-1.0, -2.0]);
}

#[test]
fn running_statistics_can_be_replaced() {
    let module = replace(small(), |name, _| {
        (name == "bn.running_var").then(|| vec![4.0, 9.0])
    });
    assert_eq!(values(module.bn.running_var.value()), [4.0, 9.0]);
    assert_eq!(values(module.bn.running_mean.value()), [0.0, 0.0]);
}

#[test]
fn none_keeps_every_other_tensor() {
    let module = small();
    let before = tensors(&module);
    let after = tensors(&replace(module, |name, _| {
        (name == "fc.weight").then(|| FC_WEIGHT.to_vec())
    }));
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before == after, before.0 != "fc.weight", "{}", before.0);
    }
}

#[test]
fn only_running_mean_and_variance_are_statistics() {
    let found: Vec<String> = shapes(&small())
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| is_statistic(name))
        .collect();
    assert_eq!(found, ["bn.running_mean", "bn.running_var"]);
}
