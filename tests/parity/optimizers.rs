//! Optimizers and schedules over 20 steps.

use burn::lr_scheduler::LrScheduler;
use burn::module::Param;
use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use mixup_train::learn::optimizer::{Decayed, Moments, Optimizer, Rule};
use mixup_train::learn::schedule::{Schedule, Shape};
use serde::Deserialize;

use crate::formula::{assert_near, figures, tensor, values};

#[derive(Deserialize)]
struct Figures {
    steps: usize,
    steps_per_epoch: usize,
    base_rate: f64,
    optimizers: Vec<OptimizerCase>,
    schedules: Vec<ScheduleCase>,
}

#[derive(Deserialize)]
struct OptimizerCase {
    name: String,
    optimizer: String,
    options: Options,
    weight_decay: f64,
    decayed: Vec<String>,
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

#[derive(Deserialize)]
struct ScheduleCase {
    name: String,
    rates: Vec<f64>,
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
                [only] if only == "W" => Decayed::Weights,
                _ => Decayed::All,
            },
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

fn schedule(name: &str) -> Schedule {
    let cosine = |warm_up, end_factor| Schedule {
        warm_up,
        shape: Shape::Cosine { end_factor },
    };
    let one_cycle = |warm_up, start_factor, end_factor| Schedule {
        warm_up,
        shape: Shape::OneCycle {
            start_factor,
            end_factor,
        },
    };
    match name {
        "constant" => Schedule::default(),
        "multi-step" => Schedule {
            warm_up: 0.0,
            shape: Shape::Step {
                milestones: vec![2, 4],
                factor: 0.1,
            },
        },
        "cosine" => cosine(0.0, 0.0),
        "cosine-floor" => cosine(0.0, 0.01),
        "warmup-cosine" => cosine(1.0, 0.0),
        "warmup-constant" => Schedule {
            warm_up: 1.0,
            shape: Shape::Constant,
        },
        // PyTorch: a rise of 30% of 20 steps from 1/25; its end is a 10,000th of the start.
        "one-cycle" => one_cycle(1.5, 1.0 / 25.0, 1.0 / 25.0 / 1e4),
        "one-cycle-short" => one_cycle(1.0, 0.1, 0.1 / 100.0),
        other => panic!("{other}"),
    }
}

#[test]
fn every_optimizer_takes_pytorch_s_steps() {
    let figures: Figures = figures("optimizers.json");
    let device = &Device::flex().autodiff();
    let inputs: Tensor<2> = tensor([8, 3], 2002, |u| 2.0 * u - 1.0, device);
    let targets: Tensor<2> = tensor([8, 4], 2003, |u| 2.0 * u - 1.0, device);
    assert_eq!(figures.optimizers.len(), 11);
    for case in &figures.optimizers {
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
            layer = rule.step(rates.step(), layer, gradients);
            let what = |part: &str| format!("{} step {step} {part}", case.name);
            assert_near(
                &what("loss"),
                &values(loss),
                &case.losses[step..=step],
                1e-5,
            );
            let weight = values(layer.weight.val().transpose());
            assert_near(&what("W"), &weight, &case.weight[step], tolerance);
            let bias = values(layer.bias.as_ref().unwrap().val());
            assert_near(&what("b"), &bias, &case.bias[step], tolerance);
        }
    }
}

#[test]
fn every_schedule_has_pytorch_s_rates() {
    let figures: Figures = figures("optimizers.json");
    assert_eq!(figures.schedules.len(), 8);
    for case in &figures.schedules {
        let epochs = figures.steps / figures.steps_per_epoch;
        let schedule = schedule(&case.name);
        let mut rates = schedule.rates(figures.base_rate, figures.steps_per_epoch, epochs);
        for (step, expected) in case.rates.iter().enumerate() {
            let found = rates.step();
            let gap = (found - expected).abs();
            assert!(gap < 1e-12, "{} {step}: {found} and {expected}", case.name);
        }
    }
}
