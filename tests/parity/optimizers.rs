//! Optimizers over 20 steps.

use burn::lr_scheduler::LrScheduler;
use burn::module::Param;
use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use mixup_train::learn::gradient_norm::clipped;
use mixup_train::learn::optimizer::{DecayScope, Moments, Optimizer, Rule};
use serde::Deserialize;

use crate::formula::{assert_near, figures, tensor, values};
use crate::schedules::schedule;

#[derive(Deserialize)]
struct Figures {
    steps: usize,
    steps_per_epoch: usize,
    optimizers: Vec<OptimizerCase>,
}

#[derive(Deserialize)]
struct OptimizerCase {
    name: String,
    optimizer: String,
    options: Options,
    weight_decay: f64,
    decayed: Vec<String>,
    clip_norm: Option<f64>,
    schedule: String,
    losses: Vec<f64>,
    #[serde(rename = "W")]
    weight: Vec<Vec<f64>>,
    #[serde(rename = "b")]
    bias: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Options {
    lr: f64,
    momentum: Option<f64>,
    nesterov: Option<bool>,
    betas: Option<[f64; 2]>,
    eps: Option<f64>,
}

impl OptimizerCase {
    fn optimizer(&self) -> Optimizer {
        let options = &self.options;
        let moments = || Moments {
            beta_1: options.betas.unwrap()[0],
            beta_2: options.betas.unwrap()[1],
            epsilon: options.eps.unwrap(),
        };
        Optimizer {
            learning_rate: options.lr,
            rule: match self.optimizer.as_str() {
                "Adam" => Rule::Adam(moments()),
                "AdamW" => Rule::AdamW(moments()),
                "SGD" => Rule::Sgd {
                    momentum: options.momentum.unwrap(),
                    nesterov: options.nesterov.unwrap(),
                },
                other => panic!("{other}"),
            },
            weight_decay: self.weight_decay,
            decayed: match self.decayed.as_slice() {
                [only] if only == "W" => DecayScope::Weights,
                _ => DecayScope::All,
            },
            body_learning_rate: 1.0,
            clip_norm: self.clip_norm,
        }
    }
}

/// A linear layer, as the script has it.
fn layer(device: &Device) -> Linear {
    let weight = tensor(
        [4, 3],
        2000,
        |u| 2.0 * u - 1.0,
        &device.clone().without_autodiff(),
    );
    Linear {
        weight: Param::from_data(weight.transpose().into_data(), device),
        bias: Some(Param::from_tensor(tensor(
            [4],
            2001,
            |u| 2.0 * u - 1.0,
            device,
        ))),
    }
}

/// Twenty steps of one case, each compared.
fn check(name: &str) {
    let figures: Figures = figures("optimizers.json");
    let case = figures.optimizers.iter().find(|case| case.name == name);
    let case = case.unwrap_or_else(|| panic!("no case {name}"));
    let device = &Device::flex().autodiff();
    let inputs: Tensor<2> = tensor([8, 3], 2002, |u| 2.0 * u - 1.0, device);
    let targets: Tensor<2> = tensor([8, 4], 2003, |u| 2.0 * u - 1.0, device);
    let optimizer = case.optimizer();
    let epochs = figures.steps / figures.steps_per_epoch;
    let schedule = schedule(&case.schedule);
    let mut rates = schedule.rates(optimizer.learning_rate, figures.steps_per_epoch, epochs);
    let mut rule = optimizer.init();
    let mut layer = layer(device);
    // Burn keeps Adam's betas in f32, in which 1 − 0.999 has lost four digits.
    let tolerance = if case.optimizer == "SGD" { 1e-6 } else { 1e-5 };
    for step in 0..figures.steps {
        let gaps = layer.forward(inputs.clone()) - targets.clone();
        let loss = gaps.powi_scalar(2).sum_dim(1).mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &layer);
        let gradients = match optimizer.clip_norm {
            Some(limit) => clipped(&layer, gradients, limit),
            None => gradients,
        };
        layer = rule.step(rates.step(), layer, gradients);
        let what = |part: &str| format!("step {step} {part}");
        let losses = &case.losses[step..=step];
        assert_near(&what("loss"), &values(loss), losses, 1e-5);
        let weight = values(layer.weight.val().transpose());
        assert_near(&what("W"), &weight, &case.weight[step], tolerance);
        let bias = values(layer.bias.as_ref().unwrap().val());
        assert_near(&what("b"), &bias, &case.bias[step], tolerance);
    }
}

/// The cases of PyTorch's figures, each of which has a test below.
const CASES: [&str; 13] = [
    "sgd",
    "sgd-momentum",
    "sgd-nesterov",
    "sgd-nesterov-decay",
    "sgd-nesterov-decay-weights",
    "sgd-nesterov-cosine",
    "adam",
    "adam-decay",
    "adam-decay-weights",
    "adamw-decay",
    "adamw-decay-weights",
    "sgd-momentum-clip",
    "adam-clip",
];

#[test]
fn every_case_of_pytorch_has_a_test() {
    let figures: Figures = figures("optimizers.json");
    let names: Vec<&str> = figures.optimizers.iter().map(|case| &*case.name).collect();
    assert_eq!(names, CASES);
}

#[test]
fn sgd_takes_the_steps_of_pytorch() {
    check("sgd");
}

#[test]
fn sgd_momentum_takes_the_steps_of_pytorch() {
    check("sgd-momentum");
}

#[test]
fn sgd_nesterov_takes_the_steps_of_pytorch() {
    check("sgd-nesterov");
}

#[test]
fn sgd_nesterov_decay_takes_the_steps_of_pytorch() {
    check("sgd-nesterov-decay");
}

#[test]
fn sgd_nesterov_decay_weights_takes_the_steps_of_pytorch() {
    check("sgd-nesterov-decay-weights");
}

#[test]
fn sgd_nesterov_cosine_takes_the_steps_of_pytorch() {
    check("sgd-nesterov-cosine");
}

#[test]
fn adam_takes_the_steps_of_pytorch() {
    check("adam");
}

#[test]
fn adam_decay_takes_the_steps_of_pytorch() {
    check("adam-decay");
}

#[test]
fn adam_decay_weights_takes_the_steps_of_pytorch() {
    check("adam-decay-weights");
}

#[test]
fn adamw_decay_takes_the_steps_of_pytorch() {
    check("adamw-decay");
}

#[test]
fn adamw_decay_weights_takes_the_steps_of_pytorch() {
    check("adamw-decay-weights");
}

#[test]
fn sgd_momentum_clip_takes_the_steps_of_pytorch() {
    check("sgd-momentum-clip");
}

#[test]
fn adam_clip_takes_the_steps_of_pytorch() {
    check("adam-clip");
}
