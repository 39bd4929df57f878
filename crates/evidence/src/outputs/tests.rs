//! Probabilities by hand, extreme logits, and properties.

use proptest::prelude::*;

use super::*;

fn probabilities(outputs: Outputs, row: &[f32]) -> Vec<f64> {
    let logs = log_probabilities(outputs, row).into_iter();
    logs.map(f64::exp).collect()
}

fn near(found: &[f64], expected: &[f64], within: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < within, "{found:?} is not {expected:?}");
    }
}

#[test]
fn by_hand() {
    // e to the logits is 1, 2 and 5.
    let row = [0.0, 2.0_f32.ln(), 5.0_f32.ln()];
    near(
        &probabilities(Outputs::Softmax, &row),
        &[0.125, 0.25, 0.625],
        1e-7,
    );
    // The sigmoids are 1/2, 2/3 and 5/6, which sum to 2.
    near(
        &probabilities(Outputs::Sigmoid, &row),
        &[0.25, 1.0 / 3.0, 5.0 / 12.0],
        1e-7,
    );
}

#[test]
fn extreme_logits_stay_finite() {
    for outputs in [Outputs::Sigmoid, Outputs::Softmax] {
        for row in [
            [f32::MAX, f32::MIN, 0.0],
            [f32::MIN, f32::MIN, f32::MIN],
            [200.0, -200.0, -200.0],
        ] {
            let logs = log_probabilities(outputs, &row);
            assert!(
                logs.iter().all(|log| log.is_finite() && *log <= 0.0),
                "{logs:?}"
            );
        }
        // Equal logits share the probability, however large they are.
        for logit in [f32::MAX, 1e20, -200.0, f32::MIN] {
            near(&probabilities(outputs, &[logit; 4]), &[0.25; 4], 1e-12);
        }
    }
    let wrong = log_probabilities(Outputs::Softmax, &[200.0, -200.0]);
    near(&wrong, &[0.0, -400.0], 1e-12);
}

#[test]
fn names_are_those_of_its_files() {
    for (outputs, name) in [(Outputs::Sigmoid, "sigmoid"), (Outputs::Softmax, "softmax")] {
        assert_eq!(outputs.to_string(), name);
        let json = serde_json::to_string(&outputs).unwrap();
        assert_eq!(json, format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<Outputs>(&json).unwrap(), outputs);
    }
    assert_eq!(Outputs::default(), Outputs::Sigmoid);
}

proptest! {
    #[test]
    fn a_softmax_does_not_see_a_shift(
        // Quarters, and a shift in quarters: their sums are exact in f32.
        row in prop::collection::vec(-80_i16..80, 1..12),
        shift in -4000_i16..4000,
    ) {
        let quarters = |by: i16| -> Vec<f32> {
            row.iter().map(|z| f32::from(z + by) / 4.0).collect()
        };
        let plain = log_probabilities(Outputs::Softmax, &quarters(0));
        let shifted = log_probabilities(Outputs::Softmax, &quarters(shift));
        prop_assert_eq!(plain, shifted);
    }

    #[test]
    fn both_sum_to_one_and_rank_classes_alike(
        row in prop::collection::vec(-12.0_f32..12.0, 1..12),
    ) {
        let predicted = crate::predicted_class(&row);
        for outputs in [Outputs::Sigmoid, Outputs::Softmax] {
            let q = probabilities(outputs, &row);
            prop_assert!((q.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(q.iter().all(|other| *other <= q[usize::from(predicted)]));
        }
    }
}
