//! Learning rates of 20 steps, 4 an epoch.

use burn::lr_scheduler::LrScheduler;
use mixup_train::learn::schedule::{Schedule, Shape};
use serde::Deserialize;

use crate::formula::figures;

#[derive(Deserialize)]
struct Figures {
    steps: usize,
    steps_per_epoch: usize,
    base_rate: f64,
    schedules: Vec<ScheduleCase>,
}

#[derive(Deserialize)]
struct ScheduleCase {
    name: String,
    rates: Vec<f64>,
}

/// The schedule that the figures have under this name.
pub(crate) fn schedule(name: &str) -> Schedule {
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

/// The rate of each step of one case.
fn check(name: &str) {
    let figures: Figures = figures("optimizers.json");
    let case = figures.schedules.iter().find(|case| case.name == name);
    let case = case.unwrap_or_else(|| panic!("no case {name}"));
    let epochs = figures.steps / figures.steps_per_epoch;
    let mut rates = schedule(name).rates(figures.base_rate, figures.steps_per_epoch, epochs);
    assert_eq!(case.rates.len(), figures.steps);
    for (step, expected) in case.rates.iter().enumerate() {
        let found = rates.step();
        let gap = (found - expected).abs();
        assert!(gap < 1e-12, "step {step}: {found} and {expected}");
    }
}

/// The cases of PyTorch's figures, each of which has a test below.
const CASES: [&str; 8] = [
    "constant",
    "multi-step",
    "cosine",
    "cosine-floor",
    "warmup-cosine",
    "warmup-constant",
    "one-cycle",
    "one-cycle-short",
];

#[test]
fn every_case_of_pytorch_has_a_test() {
    let figures: Figures = figures("optimizers.json");
    let names: Vec<&str> = figures.schedules.iter().map(|case| &*case.name).collect();
    assert_eq!(names, CASES);
}

#[test]
fn constant_has_the_rates_of_pytorch() {
    check("constant");
}

#[test]
fn multi_step_has_the_rates_of_pytorch() {
    check("multi-step");
}

#[test]
fn cosine_has_the_rates_of_pytorch() {
    check("cosine");
}

#[test]
fn cosine_floor_has_the_rates_of_pytorch() {
    check("cosine-floor");
}

#[test]
fn warmup_cosine_has_the_rates_of_pytorch() {
    check("warmup-cosine");
}

#[test]
fn warmup_constant_has_the_rates_of_pytorch() {
    check("warmup-constant");
}

#[test]
fn one_cycle_has_the_rates_of_pytorch() {
    check("one-cycle");
}

#[test]
fn one_cycle_short_has_the_rates_of_pytorch() {
    check("one-cycle-short");
}
