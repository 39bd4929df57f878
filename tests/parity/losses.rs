//! Losses and label smoothing.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData};
use mixup_data::{BatchPlan, Draw, IMAGE_BYTES, Images, MixupBatcher, Normalisation};
use mixup_train::learn::loss::Loss;
use serde::Deserialize;

use crate::formula::{assert_near, figures, values};

#[derive(Deserialize)]
struct Figures {
    logits: Vec<Vec<f64>>,
    extreme: Vec<Vec<f64>>,
    targets: Vec<Vec<f64>>,
    losses: HashMap<String, Case>,
    extreme_losses: HashMap<String, Case>,
    smoothing: Smoothing,
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
    labels: Vec<u8>,
    pytorch: Case,
}

fn rows(rows: &[Vec<f64>], device: &Device) -> Tensor<2> {
    let shape = [rows.len(), rows[0].len()];
    let values: Vec<f32> = rows.concat().iter().map(|&value| value as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Value and gradient by the logits.
fn compute(loss: Loss, logits: &[Vec<f64>], targets: Tensor<2>) -> (f64, Vec<f64>) {
    let device = &Device::flex();
    let logits = rows(logits, device).autodiff().require_grad();
    let value = loss.forward(logits.clone(), targets);
    let gradients = value.backward();
    let gradient = logits.grad(&gradients).unwrap();
    (values(value)[0], values(gradient))
}

#[test]
fn values_and_gradients_are_pytorch_s() {
    let figures: Figures = figures("losses.json");
    let device = &Device::flex();
    let check = |name: &str, loss, logits: &[Vec<f64>], case: &Case| {
        let (value, gradient) = compute(loss, logits, rows(&figures.targets, device));
        let expected = &case.f64;
        assert!(
            (value / expected.value - 1.0).abs() < 2e-6,
            "{name}: {value}"
        );
        // f32 leaves 1 − p a digit less than p.
        let tolerance = if matches!(loss, Loss::Bce { .. }) {
            3e-5
        } else {
            1e-6
        };
        assert_near(name, &gradient, &expected.gradient.concat(), tolerance);
    };
    let (ordinary, extreme) = (&figures.losses, &figures.extreme_losses);
    check(
        "bce-sigmoid",
        Loss::ARTICLE,
        &figures.logits,
        &ordinary["bce-sigmoid"],
    );
    for (name, loss) in [
        ("bce-logits", Loss::BceLogits),
        ("cross-entropy", Loss::CrossEntropy),
    ] {
        check(name, loss, &figures.logits, &ordinary[name]);
        check(name, loss, &figures.extreme, &extreme[name]);
    }
}

/// Our smoothed targets under the soft cross-entropy are PyTorch's `label_smoothing` on hard labels.
#[test]
fn label_smoothing_is_pytorch_s() {
    let figures: Figures = figures("losses.json");
    let smoothing = &figures.smoothing;
    let mut images = Images::default();
    for &label in &smoothing.labels {
        images.push(&[0; IMAGE_BYTES], label);
    }
    let batcher = MixupBatcher::new(images, 10, &Normalisation::NONE, &Device::flex());
    let draws: Vec<Draw> = (0..smoothing.labels.len() as u32)
        .map(Draw::unmixed)
        .collect();
    let plan = BatchPlan {
        smoothing: smoothing.s,
        ..BatchPlan::from(&draws[..])
    };
    let targets = batcher.make(&plan, None).targets;
    let (value, gradient) = compute(Loss::CrossEntropy, &figures.logits, targets);
    let expected = &smoothing.pytorch.f64;
    assert!((value / expected.value - 1.0).abs() < 2e-6, "{value}");
    assert_near("smoothing", &gradient, &expected.gradient.concat(), 1e-6);
}
