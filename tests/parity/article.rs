//! The article's mixup, network, loss, gradients and optimizer against PyTorch's figures.
//!
//! Inputs and parameters come from a formula on integers, so no data file is needed. The case is the
//! file named by `MIXUP_PARITY`, else `tests/parity/article-cnn.json`, written by PyTorch 2.15 on
//! the CPU.

use burn::tensor::Device;
use burn::tensor::activation::sigmoid;
use burn::train::TrainStep;
use mixup_data::{Draw, ImageShape, Images, MixupBatch, MixupBatcher, Normalisation};

const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();
use mixup_model::{Network, NetworkConfig, WeightsFile};
use mixup_train::experiment::Experiment;
use mixup_train::learn::classifier::Classifier;
use mixup_train::learn::loss::Loss;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

use crate::formula::{assert_near, l2, u, values};
use crate::gradients::gradients_of;

#[derive(Deserialize)]
struct Case {
    seed: u32,
    batch: usize,
    labels: Vec<u16>,
    partner_labels: Vec<u16>,
    lambda: Vec<f32>,
    mixed_images: Mixed,
    targets: Vec<Vec<f64>>,
    probabilities: Vec<Vec<f64>>,
    loss: f64,
    gradients: HashMap<String, Gradient>,
    adam: AdamFigures,
}

#[derive(Deserialize)]
struct Mixed {
    sum: f64,
    l2: f64,
    first: Vec<f64>,
}

#[derive(Deserialize)]
struct Gradient {
    l2: f64,
    first: Vec<f64>,
}

#[derive(Deserialize)]
struct AdamFigures {
    losses_before_each_step: Vec<f64>,
}

impl Case {
    fn read() -> Self {
        let own = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/parity/article-cnn.json"
        );
        let path = std::env::var("MIXUP_PARITY").unwrap_or_else(|_| own.into());
        let text = std::fs::read_to_string(&path).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// Name and shape of each parameter, as PyTorch has them.
const PARAMETERS: [(&str, &[usize]); 12] = [
    ("conv11.weight", &[64, 3, 3, 3]),
    ("conv11.bias", &[64]),
    ("conv12.weight", &[64, 64, 3, 3]),
    ("conv12.bias", &[64]),
    ("conv21.weight", &[128, 64, 3, 3]),
    ("conv21.bias", &[128]),
    ("conv22.weight", &[128, 128, 3, 3]),
    ("conv22.bias", &[128]),
    ("fc1.weight", &[256, 3200]),
    ("fc1.bias", &[256]),
    ("fc2.weight", &[10, 256]),
    ("fc2.bias", &[10]),
];

fn network(case: &Case, device: &Device) -> Network {
    let mut fan_in = 0;
    let mut bytes = vec![];
    for (number, (name, shape)) in PARAMETERS.into_iter().enumerate() {
        if shape.len() > 1 {
            fan_in = shape[1..].iter().product();
        }
        let stream = 100 * case.seed + number as u32;
        let values = (0..shape.iter().product())
            .map(|k| ((2.0 * u(k, stream) - 1.0) / (fan_in as f64).sqrt()) as f32);
        let values: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
        bytes.push((name, shape, values));
    }
    let views = bytes.iter().map(|(name, shape, values)| {
        let view = TensorView::new(Dtype::F32, shape.to_vec(), values).unwrap();
        (*name, view)
    });
    let bytes = safetensors::serialize(views, None).unwrap();
    let mut rng = mixup_data::stream(0, mixup_data::Purpose::Weights, 0);
    let initial = NetworkConfig::article().init([3, 32, 32], 10, &mut rng, device);
    let weights = WeightsFile::parse(Path::new("torch"), bytes).unwrap();
    weights.load_into(initial).unwrap()
}

fn batch(case: &Case, device: &Device) -> MixupBatch {
    let count = case.batch;
    let mut images = Images::with_capacity(ImageShape::CIFAR10, 2 * count);
    for (stream, labels) in [(50, &case.labels), (51, &case.partner_labels)] {
        for (index, &label) in labels.iter().enumerate() {
            let places = index * IMAGE_BYTES..(index + 1) * IMAGE_BYTES;
            let pixel = |k| (256.0 * u(k, 100 * case.seed + stream)) as u8;
            images.push(&places.map(pixel).collect::<Vec<u8>>(), label);
        }
    }
    let draw = |index: usize| {
        let partner = (count + index) as u32;
        Draw::mixed(index as u32, partner, f64::from(case.lambda[index]))
    };
    let draws: Vec<Draw> = (0..count).map(draw).collect();
    MixupBatcher::new(images, 10, &Normalisation::cifar10(), device)
        .mix(&draws)
        .unwrap()
}

#[test]
fn the_formula_rebuilds_labels_and_lambda() {
    let case = Case::read();
    for index in 0..case.batch {
        let seed = 100 * case.seed;
        let label = (10.0 * u(index, seed + 60)) as u16;
        assert_eq!(case.labels[index], label);
        if index != 2 {
            assert_eq!(
                case.partner_labels[index],
                (10.0 * u(index, seed + 61)) as u16
            );
        }
        let lambda = if index % 3 == 1 {
            1.0
        } else {
            u(index, seed + 62)
        };
        assert_eq!(case.lambda[index], lambda as f32);
    }
}

#[test]
fn mixed_images_and_targets_match_pytorch() {
    let case = Case::read();
    let batch = batch(&case, &Device::flex());
    let images = values(batch.inputs);
    assert_near("pixel", &images[..8], &case.mixed_images.first, 1e-6);
    // Sum and norm gather the rounding of 3,072 values an image.
    let count = images.len() as f64;
    let sum = images.iter().sum::<f64>();
    assert!(
        (sum - case.mixed_images.sum).abs() / count < 1e-6,
        "sum {sum}"
    );
    assert!((l2(&images) / case.mixed_images.l2 - 1.0).abs() < 1e-6);
    assert_near(
        "target",
        &values(batch.targets),
        &case.targets.concat(),
        1e-6,
    );
}

#[test]
fn probabilities_loss_and_gradients_match_pytorch() {
    let case = Case::read();
    let device = Device::flex().autodiff();
    let classifier = Classifier::new(network(&case, &device), Loss::ARTICLE);
    let (logits, loss) = classifier.judge(&batch(&case, &device));
    let probabilities = values(sigmoid(logits));
    assert_near(
        "probability",
        &probabilities,
        &case.probabilities.concat(),
        1e-5,
    );
    assert_near("loss", &values(loss.clone()), &[case.loss], 1e-6);
    let gradients = loss.backward();
    let found = gradients_of(&classifier.network, &gradients);
    assert_eq!(found.len(), PARAMETERS.len());
    assert_eq!(case.gradients.len(), PARAMETERS.len());
    for (name, expected) in &case.gradients {
        let found = &found[name];
        let norm = l2(found);
        assert!(
            (norm / expected.l2 - 1.0).abs() < 1e-4,
            "{name}: norm {norm}, PyTorch {}",
            expected.l2
        );
        let each = expected.l2 * 1e-4;
        assert_near(name, &found[..expected.first.len()], &expected.first, each);
    }
}

#[test]
fn twenty_adam_steps_match_pytorch() {
    let case = Case::read();
    let device = Device::flex().autodiff();
    let classifier = Classifier::new(network(&case, &device), Loss::ARTICLE);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../experiments/mixup.toml");
    let experiment = Experiment::read(Path::new(path)).unwrap();
    let mut learner = experiment.learner(classifier, case.batch);
    let batch = batch(&case, &device);
    assert!(case.adam.losses_before_each_step.len() >= 2);
    for (step, expected) in case.adam.losses_before_each_step.iter().enumerate() {
        let output = TrainStep::step(&learner.model(), batch.clone());
        let loss = values(output.item.loss)[0] / case.batch as f64;
        assert!(
            (loss / expected - 1.0).abs() < 1e-3,
            "step {step}: {loss}, PyTorch {expected}"
        );
        learner.lr_step();
        learner.optimizer_step(output.grads);
    }
}
