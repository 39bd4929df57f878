//! Which tensors have a gradient, and of which type.

use super::*;
use crate::pytorch;
use burn::module::{ModuleVisitor, Param};
use burn::tensor::{DType, Gradients};

/// Sorts the names of a network's tensors by whether they have a gradient other than zero.
struct Learning<'a> {
    path: Vec<String>,
    gradients: &'a Gradients,
    learn: Vec<String>,
    stay: Vec<String>,
    types: Vec<DType>,
}

impl ModuleVisitor for Learning<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let path = self.path.join(".");
        let gradient = param.val().grad(self.gradients);
        self.types.extend(gradient.as_ref().map(Tensor::dtype));
        match gradient {
            Some(gradient) if gradient.clone().abs().max().into_scalar::<f32>() > 0.0 => {
                self.learn.push(path);
            }
            _ => self.stay.push(path),
        }
    }
}

#[track_caller]
fn assert_only_parameters_learn(name: Architecture, precision: Precision) {
    let device = &Device::flex().autodiff();
    let network = network(&small(name), 1, device).with_precision(precision);
    let logits = network.forward(images(4, 1, device));
    let gradients = logits.powi_scalar(2).sum().backward();
    let mut learning = Learning {
        path: vec![],
        gradients: &gradients,
        learn: vec![],
        stay: vec![],
        types: vec![],
    };
    network.visit(&mut learning);
    let statistic = |path: &String| pytorch::is_statistic(path);
    assert!(learning.stay.iter().all(statistic), "{:?}", learning.stay);
    assert!(!learning.learn.iter().any(statistic));
    let parameters = small(name)
        .parameters(crate::PUBLISHED_INPUT, 10)
        .into_iter();
    let parameters = parameters.filter(|(name, _)| !pytorch::is_statistic(name));
    assert_eq!(learning.learn.len(), parameters.count());
    assert!(learning.types.iter().all(|dtype| *dtype == DType::F32));
}

#[test]
fn every_parameter_of_the_cnn_learns() {
    assert_only_parameters_learn(Architecture::Cnn, Precision::F32);
}

#[test]
fn every_parameter_of_the_cnn_bn_learns_and_no_statistic() {
    assert_only_parameters_learn(Architecture::CnnBn, Precision::F32);
}

#[test]
fn every_parameter_of_resnet20_learns_and_no_statistic() {
    assert_only_parameters_learn(Architecture::ResNet20, Precision::F32);
}

#[test]
fn every_parameter_of_preact_resnet18_learns_and_no_statistic() {
    assert_only_parameters_learn(Architecture::PreActResNet18, Precision::F32);
}

#[test]
fn every_parameter_of_resnet18_learns_and_no_statistic() {
    assert_only_parameters_learn(Architecture::ResNet18, Precision::F32);
}

#[test]
fn every_parameter_of_resnet50_learns_and_no_statistic() {
    assert_only_parameters_learn(Architecture::ResNet50, Precision::F32);
}

#[test]
fn bf16_networks_learn_by_f32_gradients() {
    for config in all() {
        assert_only_parameters_learn(config.name, Precision::Bf16);
    }
}

#[test]
fn every_pixel_has_a_gradient() {
    let device = &Device::flex().autodiff();
    for config in all() {
        let images = images(2, 1, device).require_grad();
        let logits = network(&config, 1, device).forward(images.clone());
        let gradients = logits.powi_scalar(2).sum().backward();
        let gradient = values(images.grad(&gradients).unwrap());
        let zeros = gradient.iter().filter(|value| **value == 0.0).count();
        assert!(zeros < gradient.len() / 20, "{}: {zeros}", config.name);
    }
}
