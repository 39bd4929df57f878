//! How much of the bare step's speed the training loop keeps.
//!
//! Bare steps (forward, backward, Adam on one fixed batch) and a whole epoch of `mixup train`'s path
//! (plan, gather, mix, step, metrics) alternate in one process; each pair gives a ratio.
//!
//! ```sh
//! cargo run --release --example loop_overhead -- PAIRS STEPS
//! ```
#![recursion_limit = "256"]
#![expect(clippy::print_stdout, reason = "a program that prints its figures")]

use std::path::Path;
use std::time::Instant;

use burn::train::{Learner, TrainStep};
use mixup_data::{EpochPlan, MixupBatcher};
use mixup_train::classifier::Classifier;
use mixup_train::commands::train::start;
use mixup_train::data_source::Loaded;
use mixup_train::device::{Chosen, DeviceChoice, choose};
use mixup_train::experiment::Experiment;
use mixup_train::failure::Failure;
use mixup_train::run_folder::RunFolder;
use mixup_train::training::adam;
use mixup_train::ui::{Ui, UiChoice};

fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|text| text.parse().ok());
    let pairs: usize = numbers.next().unwrap_or(5);
    let steps: usize = numbers.next().unwrap_or(30);
    let mut experiment = Experiment::read(Path::new("experiments/mixup.toml"))?;
    experiment.epochs = 1;
    let device = choose(DeviceChoice::Auto)?;
    println!(
        "{}, {steps} steps of {} images",
        device.name, experiment.batch_size
    );
    println!("pair   bare step   training loop   ratio");
    let mut ratios = vec![];
    // The first pair warms up.
    for pair in 0..=pairs {
        let bare = bare_steps(&experiment, &device, steps)?;
        let whole = training_loop(&experiment, &device, steps)?;
        if pair > 0 {
            println!("{pair:>4} {bare:>11.1} {whole:>15.1} {:>7.3}", whole / bare);
            ratios.push(whole / bare);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.3}", ratios[ratios.len() / 2]);
    Ok(())
}

/// Images a second of forward, backward and Adam on one batch that lies ready.
fn bare_steps(experiment: &Experiment, device: &Chosen, steps: usize) -> Result<f64, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Training(error.to_string());
    let autodiff = device.device.clone().autodiff();
    let images = mixup_data::synthetic(0, experiment.batch_size, 1).train;
    let batcher = MixupBatcher::new(images, 10, &experiment.normalisation, &device.device);
    let batch = batcher.mix(EpochPlan::in_order(experiment.batch_size).draws());
    let classifier = Classifier::init(experiment, 10, &autodiff);
    let rate = experiment.optimizer.learning_rate;
    let mut learner = Learner::new(classifier, adam(experiment).init(), rate);
    let start = Instant::now();
    for _ in 0..steps {
        let output = TrainStep::step(&learner.model(), batch.clone());
        learner.lr_step();
        learner.optimizer_step(output.grads);
    }
    device.device.sync().map_err(|error| failed(&error))?;
    Ok((steps * experiment.batch_size) as f64 / start.elapsed().as_secs_f64())
}

/// Images a second of one epoch as `mixup train` runs it, without its test pass.
fn training_loop(experiment: &Experiment, device: &Chosen, steps: usize) -> Result<f64, Failure> {
    let ui = Ui::new(UiChoice::None, false)?;
    let folder = std::env::temp_dir().join(format!("loop-overhead-{}", std::process::id()));
    let loaded = Loaded {
        images: mixup_data::synthetic(0, steps * experiment.batch_size, 16),
        layout: "built-in images".into(),
        source: "synthetic".into(),
    };
    let run = start(
        experiment.clone(),
        "loop",
        loaded,
        device.clone(),
        &folder,
        &ui,
    )?;
    run.train(&ui)?;
    let (run, ..) = RunFolder::open(&folder)?;
    let rows = run.rows()?;
    drop(run);
    std::fs::remove_dir_all(&folder).map_err(Failure::file(&folder))?;
    Ok(rows.iter().map(|row| row.images_per_second).sum::<f64>() / rows.len() as f64)
}
