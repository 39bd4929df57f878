//! Losses and label smoothing.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData};
use mixup_data::{BatchPlan, Draw, ImageShape, Images, MixupBatcher, Normalisation};
use mixup_train::learn::loss::{Loss, LossWeights};
use serde::Deserialize;

use crate::formula::{assert_near, figures, values};

#[derive(Deserialize)]
struct Figures {
    logits: Vec<Vec<f64>>,
    extreme: Vec<Vec<f64>>,
    targets: Vec<Vec<f64>>,
    losses: HashMap<String, Case>,
    extreme_losses: HashMap<String, Case>,
    class_weights: Weighted,
    smoothing: Smoothing,
}

#[derive(Deserialize)]
struct Weighted {
    weights: Vec<f64>,
    #[serde(flatten)]
    losses: HashMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    f64: Found,
}

#[derive(Deserialize)]
struct Found {
    value: f64,
    gradient: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Smoothing {
    s: f64,
    labels: Vec<u16>,
    pytorch: Case,
}

fn rows(rows: &[Vec<f64>], device: &Device) -> Tensor<2> {
    let shape = [rows.len(), rows[0].len()];
    let values: Vec<f32> = rows.concat().iter().map(|&value| value as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Value and gradient by the logits.
fn compute(loss: Loss, logits: &[Vec<f64>], targets: Tensor<2>) -> (f64, Vec<f64>) {
    compute_weighted(loss, logits, targets, LossWeights::default())
}

fn compute_weighted(
    loss: Loss,
    logits: &[Vec<f64>],
    targets: Tensor<2>,
    weights: LossWeights,
) -> (f64, Vec<f64>) {
    let device = &Device::flex();
    let logits = rows(logits, device).autodiff().require_grad();
    let value = loss.forward_weighted(logits.clone(), targets, weights);
    let gradients = value.backward();
    let gradient = logits.grad(&gradients).unwrap();
    (values(value)[0], values(gradient))
}

/// Value and gradient of one case. `tolerance` is for each element of the gradient.
fn check(loss: Loss, targets: &[Vec<f64>], logits: &[Vec<f64>], case: &Case, tolerance: f64) {
    let targets = rows(targets, &Device::flex());
    let (value, gradient) = compute(loss, logits, targets);
    let expected = &case.f64;
    assert!((value / expected.value - 1.0).abs() < 2e-6, "{value}");
    assert_near(
        "gradient",
        &gradient,
        &expected.gradient.concat(),
        tolerance,
    );
}

fn check_ordinary(name: &str, loss: Loss, tolerance: f64) {
    let found: Figures = figures("losses.json");
    let case = &found.losses[name];
    check(loss, &found.targets, &found.logits, case, tolerance);
}

/// Logits of ±40, at which a sigmoid in f32 is 0 or 1.
fn check_extreme(name: &str, loss: Loss) {
    let found: Figures = figures("losses.json");
    let case = &found.extreme_losses[name];
    check(loss, &found.targets, &found.extreme, case, 1e-6);
}

/// In f32, 1 − p has a digit less than p.
#[test]
fn the_loss_of_the_article_matches_pytorch() {
    check_ordinary("bce-sigmoid", Loss::ARTICLE, 3e-5);
}

#[test]
fn bce_on_logits_matches_pytorch() {
    check_ordinary("bce-logits", Loss::BceLogits, 1e-6);
}

#[test]
fn bce_on_extreme_logits_matches_pytorch() {
    check_extreme("bce-logits", Loss::BceLogits);
}

#[test]
fn cross_entropy_matches_pytorch() {
    check_ordinary("cross-entropy", Loss::CrossEntropy, 1e-6);
}

#[test]
fn cross_entropy_of_extreme_logits_matches_pytorch() {
    check_extreme("cross-entropy", Loss::CrossEntropy);
}

fn check_class_weights(name: &str, loss: Loss) {
    let figures: Figures = figures("losses.json");
    let device = &Device::flex();
    let weights = LossWeights {
        rows: None,
        classes: Some(rows(&[figures.class_weights.weights], device)),
    };
    let targets = rows(&figures.targets, device);
    let (value, gradient) = compute_weighted(loss, &figures.logits, targets, weights);
    let expected = &figures.class_weights.losses[name].f64;
    assert!((value / expected.value - 1.0).abs() < 2e-6, "{value}");
    assert_near(name, &gradient, &expected.gradient.concat(), 1e-6);
}

#[test]
fn cross_entropy_with_class_weights_matches_pytorch() {
    check_class_weights("cross-entropy", Loss::CrossEntropy);
}

#[test]
fn bce_with_class_weights_matches_pytorch() {
    check_class_weights("bce-logits", Loss::BceLogits);
}

/// Smoothed targets under the soft cross-entropy equal PyTorch's `label_smoothing` on hard labels.
#[test]
fn label_smoothing_matches_pytorch() {
    let figures: Figures = figures("losses.json");
    let smoothing = &figures.smoothing;
    let mut images = Images::new(ImageShape::CIFAR10);
    for &label in &smoothing.labels {
        images.push(&[0; ImageShape::CIFAR10.values()], label);
    }
    let batcher = MixupBatcher::new(images, 10, &Normalisation::identity(3), &Device::flex());
    let draws: Vec<Draw> = (0..smoothing.labels.len() as u32)
        .map(Draw::unmixed)
        .collect();
    let plan = BatchPlan {
        smoothing: smoothing.s,
        ..BatchPlan::from(&draws[..])
    };
    let targets = batcher.make(&plan, None).unwrap().targets;
    let (value, gradient) = compute(Loss::CrossEntropy, &figures.logits, targets);
    let expected = &smoothing.pytorch.f64;
    assert!((value / expected.value - 1.0).abs() < 2e-6, "{value}");
    assert_near("smoothing", &gradient, &expected.gradient.concat(), 1e-6);
}
