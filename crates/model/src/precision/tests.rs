//! Rounding to bf16, and what stays f32.

use super::*;
use crate::for_tests::{all, images, network, small, tensor, values};
use crate::{Architecture, Network, pytorch};
use burn::module::{Module, ModuleVisitor};
use burn::nn::{BatchNormConfig, LinearConfig};
use burn::tensor::Device;

fn rounded(value: f32) -> f32 {
    let x = tensor(&[value], [1], &Device::flex());
    values(to_f32(to_bf16(x)))[0]
}

#[test]
fn bf16_keeps_eight_significant_bits() {
    assert_eq!(rounded(255.0), 255.0);
    assert_eq!(rounded(511.0), 512.0);
    assert_eq!(rounded(-1.007_812_5), -1.007_812_5);
}

#[test]
fn bf16_rounds_ties_to_even() {
    assert_eq!(rounded(257.0), 256.0);
    assert_eq!(rounded(259.0), 260.0);
}

#[test]
fn bf16_has_the_range_of_f32() {
    let large = rounded(3e38);
    assert!(large.is_finite() && (large / 3e38 - 1.0).abs() < 1.0 / 256.0);
    assert!(rounded(1e-38) > 0.0);
}

#[test]
fn gradient_of_rounding_is_the_identity_in_f32() {
    let x = tensor(&[1.0, -3.3], [2], &Device::flex().autodiff()).require_grad();
    let gradients = (to_f32(to_bf16(x.clone())) * 2.0).sum().backward();
    let gradient = x.grad(&gradients).unwrap();
    assert_eq!(gradient.dtype(), DType::F32);
    assert_eq!(values(gradient), [2.0, 2.0]);
}

/// 257 rounds to 256, and so does its sum with the bias of 1.
#[test]
fn linear_rounds_input_weight_and_bias() {
    let device = &Device::flex();
    let layer = LinearConfig::new(1, 1).init(device);
    let layer = pytorch::replace(layer, |_, _| Some(vec![1.0]));
    let output = |precision: Precision| {
        let x = tensor(&[257.0], [1, 1], device);
        values(to_f32(precision.linear(&layer, x)))
    };
    assert_eq!(output(Precision::F32), [258.0]);
    assert_eq!(output(Precision::Bf16), [256.0]);
}

#[test]
fn normalisation_returns_f32_for_a_bf16_input() {
    let device = &Device::flex();
    let layer = BatchNormConfig::new(1).init(device);
    let x = to_bf16(tensor(&[1.0, 2.0], [1, 1, 1, 2], device));
    let normed = Precision::Bf16.norm(&layer, x.clone(), Activation::Identity);
    assert_eq!(normed.dtype(), DType::F32);
    // Shortcuts are f32.
    let shortcut = tensor(&[3.0, 4.0], [1, 1, 1, 2], device);
    let sum = Precision::Bf16.norm_sum(&layer, x, shortcut, Activation::Relu);
    assert_eq!(sum.dtype(), DType::F32);
}

#[test]
fn name_in_a_file_is_the_displayed_name() {
    use serde::de::IntoDeserializer;
    use serde::de::value::Error;
    for precision in [Precision::F32, Precision::Bf16] {
        let name = precision.to_string();
        let read = Precision::deserialize(name.as_str().into_deserializer());
        assert_eq!(read, Ok::<_, Error>(precision));
    }
}

struct ParameterTypes(Vec<DType>);

impl ModuleVisitor for ParameterTypes {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.push(param.val().dtype());
    }
}

fn bf16_network(name: Architecture) -> Network {
    network(&small(name), 1, &Device::flex()).with_precision(Precision::Bf16)
}

#[test]
fn parameters_stay_f32_in_a_bf16_network() {
    for config in all() {
        let mut types = ParameterTypes(vec![]);
        bf16_network(config.name).visit(&mut types);
        assert_eq!(
            types.0.len(),
            config.parameters(crate::PUBLISHED_INPUT, 10).len()
        );
        assert!(types.0.iter().all(|dtype| *dtype == DType::F32));
    }
}

#[test]
fn bf16_network_writes_the_weights_of_the_f32_network() {
    for config in all() {
        let exact = network(&config, 1, &Device::flex()).to_safetensors(None);
        assert_eq!(bf16_network(config.name).to_safetensors(None), exact);
    }
}

#[test]
fn article_network_hands_bf16_maps_from_stage_to_stage() {
    let maps = bf16_network(Architecture::Cnn).stage(0, images(1, 1, &Device::flex()));
    assert_eq!(maps.dtype(), DType::BF16);
}

#[test]
fn residual_sums_are_f32_in_a_bf16_network() {
    for name in [Architecture::ResNet20, Architecture::PreActResNet18] {
        let network = bf16_network(name);
        let stem = network.stage(0, images(1, 1, &Device::flex()));
        assert_eq!(network.stage(1, stem).dtype(), DType::F32);
    }
}
