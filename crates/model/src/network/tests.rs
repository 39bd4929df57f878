//! What holds for every network.

use super::*;
use crate::for_tests::{all, images, network, small, values};
use crate::pytorch;
use burn::module::{ModuleVisitor, Param};
use burn::tensor::{DType, Gradients};

/// The first logits of one batch in training, as PyTorch 2.15 computes them in f64 from the same
/// weights.
const LOGITS: [(&str, [f32; 3]); 4] = [
    ("cnn", [0.134_714, -0.147_440, -0.023_702]),
    ("cnn-bn", [0.096_744, -0.187_688, -0.170_543]),
    ("resnet20", [-0.186_905, -0.115_145, -0.622_696]),
    ("preact-resnet18", [-0.300_006, -0.609_063, -0.454_848]),
];

#[test]
fn logits_are_pytorch_s_and_one_a_class() {
    let device = &Device::flex().autodiff();
    for (config, (name, expected)) in all().zip(LOGITS) {
        let network = network(&config, 1, device);
        assert_eq!(network.architecture(), config.name);
        assert_eq!(config.name.to_string(), name);
        let logits = network.forward(images(4, 5, device));
        assert_eq!(logits.dims(), [4, 10]);
        for (found, expected) in values(logits).iter().zip(expected) {
            let gap = (found - expected).abs();
            assert!(gap < 1e-5, "{name}: {found} for {expected}");
        }
    }
}

/// Names of the tensors with a gradient, and of those without.
struct Learning<'a> {
    path: Vec<String>,
    gradients: &'a Gradients,
    learns: Vec<String>,
    stays: Vec<String>,
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
        match param.val().grad(self.gradients) {
            Some(gradient) if gradient.clone().abs().max().into_scalar::<f32>() > 0.0 => {
                self.learns.push(path);
            }
            _ => self.stays.push(path),
        }
    }
}

#[test]
fn every_parameter_learns_and_no_statistic() {
    let device = &Device::flex().autodiff();
    for config in all() {
        let network = network(&config, 1, device);
        let gradients = network
            .forward(images(4, 1, device))
            .powi_scalar(2)
            .sum()
            .backward();
        let mut learning = Learning {
            path: vec![],
            gradients: &gradients,
            learns: vec![],
            stays: vec![],
        };
        network.visit(&mut learning);
        let Learning { learns, stays, .. } = learning;
        assert!(
            stays.iter().all(|path| pytorch::is_statistic(path)),
            "{stays:?}"
        );
        assert!(!learns.iter().any(|path| pytorch::is_statistic(path)));
        let parameters = config.parameters(10).into_iter();
        let parameters = parameters.filter(|(name, _)| !pytorch::is_statistic(name));
        assert_eq!(learns.len(), parameters.count());
    }
}

#[test]
fn bf16_agrees_with_f32_and_its_gradients_are_f32() {
    let device = &Device::flex().autodiff();
    // Eight significant bits round by up to 2⁻⁹ in every layer, and a normalisation of few values
    // makes more of it.
    for (config, most) in all().zip([0.01, 0.05, 0.1, 0.1]) {
        let run = |precision| {
            let network = network(&config, 1, device).with_precision(precision);
            let logits = network.forward(images(4, 2, device));
            assert_eq!(logits.dtype(), DType::F32);
            let gradients = logits.clone().powi_scalar(2).mean().backward();
            let mut types = GradientTypes(&gradients, vec![]);
            network.visit(&mut types);
            assert!(types.1.iter().all(|dtype| *dtype == DType::F32));
            values(logits)
        };
        let (exact, rounded) = (run(Precision::F32), run(Precision::Bf16));
        let norm = |values: Vec<f32>| values.iter().map(|v| v * v).sum::<f32>().sqrt();
        let gaps = exact.iter().zip(rounded).map(|(e, r)| e - r).collect();
        let gap = norm(gaps) / norm(exact.clone());
        assert!(gap > 0.0 && gap < most, "{}: {gap} of {most}", config.name);
    }
}

struct GradientTypes<'a>(&'a Gradients, Vec<DType>);

impl ModuleVisitor for GradientTypes<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.1
            .extend(param.val().grad(self.0).map(|gradient| gradient.dtype()));
    }
}

#[test]
fn a_change_is_applied_to_what_enters_the_stage() {
    let device = &Device::flex();
    for config in all() {
        let network = network(&config, 1, device);
        assert_eq!(network.stages(), config.stages());
        let images = images(3, 1, device);
        let change = |x: Tensor<4>| x.flip([0]) * 0.5;
        let changed = network.forward(change(images.clone()));
        let at_images = network.forward_with(images.clone(), 0, change);
        assert_eq!(values(at_images), values(changed));
        for place in 1..network.stages().len() {
            let mut x = images.clone();
            for index in 0..network.stages().len() {
                x = if index == place { change(x) } else { x };
                x = network.stage(index, x);
            }
            let mut features = x.flatten(1, 3);
            for part in 0..network.head_parts().len() {
                features = network.head_part(part, features);
            }
            let logits = network.forward_with(images.clone(), place, change);
            assert_eq!(
                values(logits),
                values(features),
                "{} at {place}",
                config.name
            );
        }
    }
}

#[test]
#[should_panic(expected = "expected a stage below 4, found 4")]
fn a_change_behind_the_last_stage_is_refused() {
    let device = &Device::flex();
    let network = network(&small(Architecture::ResNet20), 1, device);
    network.forward_with(images(1, 1, device), 4, |x| x);
}

/// How far the first image's logits move where the second image is another one.
fn influence(network: &Network, device: &Device) -> f32 {
    let first = images(1, 1, device);
    let beside = |seed| {
        let batch = Tensor::cat(vec![first.clone(), images(1, seed, device)], 0);
        network.forward(batch).narrow(0, 0, 1)
    };
    let gap = beside(2) - beside(3);
    gap.abs().max().into_scalar()
}

#[test]
fn an_image_s_logits_depend_on_its_batch_only_in_training() {
    let plain = &Device::flex();
    let autodiff = &plain.clone().autodiff();
    for config in all() {
        let training = network(&config, 1, autodiff);
        let depends = influence(&training, autodiff) > 0.0;
        assert_eq!(depends, config.has_batch_norm(), "{}", config.name);
        assert_eq!(influence(&training.valid(), plain), 0.0);
        assert_eq!(influence(&network(&config, 1, plain), plain), 0.0);
        assert_eq!(influence(&training.freeze(), autodiff), 0.0);
    }
}
