//! Logits against PyTorch's, and of bf16 against f32.

use super::*;
use burn::tensor::DType;

/// The first logits of a batch in training. `expected` is what PyTorch 2.15 computes in f64 from the
/// same weights.
#[track_caller]
fn assert_logits(name: Architecture, expected: [f32; 3]) {
    let device = &Device::flex().autodiff();
    let logits = network(&small(name), 1, device).forward(images(4, 5, device));
    assert_eq!(logits.dims(), [4, 10]);
    for (found, expected) in values(logits).iter().zip(expected) {
        assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
    }
}

#[test]
fn cnn_logits_match_pytorch() {
    assert_logits(Architecture::Cnn, [0.134_714, -0.147_440, -0.023_702]);
}

#[test]
fn cnn_bn_logits_match_pytorch() {
    assert_logits(Architecture::CnnBn, [0.096_744, -0.187_688, -0.170_543]);
}

#[test]
fn resnet20_logits_match_pytorch() {
    assert_logits(Architecture::ResNet20, [-0.186_905, -0.115_145, -0.622_696]);
}

#[test]
fn preact_resnet18_logits_match_pytorch() {
    let expected = [-0.300_006, -0.609_063, -0.454_848];
    assert_logits(Architecture::PreActResNet18, expected);
}

/// The relative distance of the logits in bf16 from those in f32 is above 0 and below `limit`.
///
/// Eight significant bits round by up to 2⁻⁹ in every layer, and a normalisation of few values
/// enlarges the error.
#[track_caller]
fn assert_bf16_agrees(name: Architecture, limit: f32) {
    let device = &Device::flex().autodiff();
    let logits = |precision| {
        let network = network(&small(name), 1, device).with_precision(precision);
        let logits = network.forward(images(4, 2, device));
        assert_eq!(logits.dtype(), DType::F32);
        values(logits)
    };
    let (exact, rounded) = (logits(Precision::F32), logits(Precision::Bf16));
    let norm = |values: &[f32]| values.iter().map(|v| v * v).sum::<f32>().sqrt();
    let gaps: Vec<f32> = exact.iter().zip(rounded).map(|(e, r)| e - r).collect();
    let gap = norm(&gaps) / norm(&exact);
    assert!(gap > 0.0 && gap < limit, "{gap} of {limit}");
}

#[test]
fn cnn_in_bf16_agrees_with_f32() {
    assert_bf16_agrees(Architecture::Cnn, 0.01);
}

#[test]
fn cnn_bn_in_bf16_agrees_with_f32() {
    assert_bf16_agrees(Architecture::CnnBn, 0.05);
}

#[test]
fn resnet20_in_bf16_agrees_with_f32() {
    assert_bf16_agrees(Architecture::ResNet20, 0.1);
}

#[test]
fn preact_resnet18_in_bf16_agrees_with_f32() {
    assert_bf16_agrees(Architecture::PreActResNet18, 0.1);
}

#[test]
fn resnet18_in_bf16_agrees_with_f32() {
    assert_bf16_agrees(Architecture::ResNet18, 0.1);
}
