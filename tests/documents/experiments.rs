//! The experiment files: each trains, is described, and differs from its baseline in one thing.

use std::path::Path;

use burn::tensor::Device;
use burn::train::{Learner, TrainStep};
use mixup_data::{Batcher, Normalisation, Split, Visits, corrupt_labels};
use mixup_train::experiment::Experiment;
use mixup_train::learn::classifier::Classifier;

use crate::{files, read, root};

/// The experiment files, in `experiments` and its folders.
fn experiments() -> Vec<String> {
    files("experiments", &[".toml"])
}

#[test]
fn the_experiment_files_are_found() {
    assert!(experiments().len() >= 25, "{:?}", experiments());
}

/// Two steps of each on built-in images or clouds, with a batch that two cores can compute.
#[test]
fn every_experiment_trains() {
    let device = &Device::flex().autodiff();
    for path in experiments() {
        let experiment = Experiment::read(&root().join(&path)).unwrap();
        let experiment = experiment.with(|file| file.batch_size = 4).unwrap();
        let samples = match experiment.network.name.takes_clouds() {
            true => Split::upload(mixup_data::synthetic_shapes(1, 8, 1, 16).train, device),
            false => Split::upload(mixup_data::synthetic(1, 8, 1).train, device),
        };
        let shape = samples.shape();
        let mut labels = samples.labels().to_vec();
        corrupt_labels(&mut labels, 10, experiment.labels.corrupted, 1);
        let batcher = Batcher::of(
            &samples.with_labels(labels),
            10,
            experiment
                .normalisation
                .constants(&Normalisation::identity(3)),
        );
        let plan = batcher.plan(&Visits::Training {
            seed: 1,
            epoch: 1,
            policy: experiment.policy(),
        });
        let mut learner = experiment.learner(experiment.classifier(shape, 10, device), 8);
        let weights = |learner: &Learner<Classifier>| learner.model().network.to_safetensors(None);
        let mut before = weights(&learner);
        for part in [0..4, 4..8] {
            let batch = batcher.make(&plan, part, None).unwrap();
            let output = TrainStep::step(&learner.model(), batch);
            learner.lr_step();
            learner.optimizer_step(output.grads);
            let loss = output.item.loss.into_scalar::<f32>();
            assert!(loss.is_finite() && loss > 0.0, "{path}: {loss}");
            let after = weights(&learner);
            assert!(after != before, "{path}");
            before = after;
        }
    }
}

/// The head of a file names the comparison that it is for.
#[test]
fn compared_experiments_differ_in_their_mixing_or_their_average_alone() {
    let mut compared = 0;
    for path in experiments() {
        let text = read(&path);
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("#   mixup compare "));
        for line in lines {
            let names = line.split_whitespace().take(2);
            let files: Vec<String> = names
                .map(|name| format!("experiments/{name}.toml"))
                .collect();
            let read = |file: &str| Experiment::read(&root().join(file)).unwrap();
            let (one, other) = (read(&files[0]), read(&files[1]));
            let like = match one.ema == other.ema {
                true => one.with(|file| file.mixing = other.mixing.clone()),
                false => one.with(|file| file.ema = other.ema),
            };
            assert_eq!(like.unwrap(), other, "{line}");
            assert_ne!(one, other, "{line}");
            assert!(files.contains(&path), "{line}");
            compared += 1;
        }
    }
    assert!(compared >= 20, "{compared} comparisons");
}

#[test]
fn every_experiment_is_in_the_table_of_experiments() {
    let text = read("experiments/README.md");
    for path in experiments() {
        let place = Path::new(&path).strip_prefix("experiments").unwrap();
        assert!(text.contains(&format!("({})", place.display())), "{path}");
    }
}
