use super::*;
use burn::tensor::Device;

/// The formulas in f64.
fn by_hand(loss: Loss, logits: &[[f32; 3]; 2], targets: &[[f32; 3]; 2]) -> f64 {
    let rows = logits.iter().zip(targets);
    let terms = rows.flat_map(|(logits, targets)| {
        let logits = logits.map(f64::from);
        let total: f64 = logits.iter().map(|z| z.exp()).sum();
        let pairs = logits.into_iter().zip(targets.map(f64::from));
        pairs.map(move |(z, y)| {
            let p = 1.0 / (1.0 + (-z).exp());
            let binary =
                |epsilon: f64| -y * (p + epsilon).ln() - (1.0 - y) * (1.0 - p + epsilon).ln();
            match loss {
                Loss::Bce { epsilon } => binary(epsilon) / 3.0,
                Loss::BceLogits => binary(0.0) / 3.0,
                Loss::CrossEntropy => -y * (z.exp() / total).ln(),
            }
        })
    });
    terms.sum::<f64>() / 2.0
}

fn found(loss: Loss, logits: [[f32; 3]; 2], targets: [[f32; 3]; 2]) -> f64 {
    let device = &Device::flex();
    let (logits, targets) = (
        Tensor::from_data(logits, device),
        Tensor::from_data(targets, device),
    );
    f64::from(loss.forward(logits, targets).into_scalar::<f32>())
}

const TARGETS: [[f32; 3]; 2] = [[0.7, 0.3, 0.0], [1.0, 0.0, 0.5]];
const ALL: [Loss; 3] = [Loss::ARTICLE, Loss::BceLogits, Loss::CrossEntropy];

#[test]
fn each_is_its_formula() {
    let logits = [[0.3, -2.0, 1.0], [-1.0, 1.5, 0.0]];
    for loss in ALL {
        let expected = by_hand(loss, &logits, &TARGETS);
        assert!(
            (found(loss, logits, TARGETS) - expected).abs() < 1e-6,
            "{loss:?}"
        );
    }
}

#[test]
fn the_loss_of_the_article_stays_finite_if_the_sigmoid_saturates() {
    let logits = [[0.3, -2.0, 40.0], [-40.0, 1.5, 0.0]];
    let expected = by_hand(Loss::ARTICLE, &logits, &TARGETS);
    // f32 rounds 1 − p + ε, which is ε here, to a part in ten.
    assert!((found(Loss::ARTICLE, logits, TARGETS) / expected - 1.0).abs() < 1e-2);
}

#[test]
fn those_on_logits_stay_exact_where_a_probability_is_zero() {
    let logits = [[0.0, -300.0, 300.0], [-300.0, 0.0, 0.0]];
    // An output that is certain and wrong costs 300 times its target; one that says half, ln 2.
    let halves = 3.0 * 2.0_f64.ln();
    let exact = (0.3 * 300.0 + 300.0 + 300.0 + halves) / 6.0;
    let binary = found(Loss::BceLogits, logits, TARGETS);
    assert!((binary / exact - 1.0).abs() < 1e-6, "{binary} of {exact}");
    let soft = found(Loss::CrossEntropy, logits, TARGETS);
    let exact = (0.7 * 300.0 + 0.3 * 600.0 + (300.0 + 2.0_f64.ln()) + 0.5 * 2.0_f64.ln()) / 2.0;
    assert!((soft / exact - 1.0).abs() < 1e-6, "{soft} of {exact}");
}

/// The formulas in f64, with the terms in which a class is present times its weight.
fn weighted_by_hand(loss: Loss, logits: [[f32; 3]; 2], weights: [f64; 3]) -> f64 {
    let mut sum = 0.0;
    for (logits, targets) in logits.iter().zip(TARGETS) {
        let total: f64 = logits.iter().map(|&z| f64::from(z).exp()).sum();
        for ((z, y), w) in logits.iter().zip(targets).zip(weights) {
            let (z, y) = (f64::from(*z), f64::from(y));
            let p = 1.0 / (1.0 + (-z).exp());
            let epsilon = if loss == Loss::ARTICLE { 1e-6 } else { 0.0 };
            sum -= match loss {
                Loss::CrossEntropy => y * w * (z.exp() / total).ln(),
                _ => (y * w * (p + epsilon).ln() + (1.0 - y) * (1.0 - p + epsilon).ln()) / 3.0,
            };
        }
    }
    sum / 2.0
}

#[test]
fn a_class_counts_by_its_weight() {
    let device = &Device::flex();
    let logits = [[0.3, -2.0, 1.0], [-1.0, 1.5, 0.0]];
    for loss in ALL {
        for weights in [[1.0, 1.0, 1.0], [0.0, 3.0, 0.5]] {
            let classes = weights.map(|weight| weight as f32);
            let weighed = LossWeights {
                rows: None,
                classes: Some(Tensor::from_data([classes], device)),
            };
            let (z, y) = (
                Tensor::from_data(logits, device),
                Tensor::from_data(TARGETS, device),
            );
            let found = loss.forward_weighted(z, y, weighed).into_scalar::<f32>();
            let expected = weighted_by_hand(loss, logits, weights);
            assert!(
                (f64::from(found) - expected).abs() < 1e-6,
                "{loss:?} {weights:?}: {found} and {expected}"
            );
        }
    }
}
