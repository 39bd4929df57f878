//! One arm against the baseline, pair by pair.

use crate::statistics::PairedTests;
use crate::{Comparison, McNemar, Measures, Outcome, Pair, Robustness, Trial, findings, verdict};

/// Compares the runs of an arm with those of the baseline. `None` without a pair. Within an arm, no two
/// runs have the same seed.
pub(crate) fn compare(arm: &[Trial], baseline: &[Trial]) -> Option<Comparison> {
    let pairs: Vec<(&Trial, &Trial)> = arm
        .iter()
        .filter_map(|run| {
            let partner = baseline.iter().find(|partner| partner.seed == run.seed)?;
            Some((run, partner))
        })
        .collect();
    if pairs.is_empty() {
        return None;
    }
    let tests = PairedTests::new(pairs.len());
    let images = arm[0].test.images;
    let of_accuracies = |of: fn(&Trial) -> f64| {
        // Both networks saw the same images, so the difference is a whole number of images.
        let right = |trial| (of(trial) * images as f64).round() as i64;
        let counts: Vec<i64> = pairs.iter().map(|(a, b)| right(a) - right(b)).collect();
        tests.judge_counts(&counts, images)
    };
    let of_measure = |of: fn(&Measures) -> f64| {
        let differences = pairs.iter().map(|(a, b)| of(&a.test) - of(&b.test));
        tests.judge_values(&differences.collect::<Vec<_>>())
    };
    let attacked: Option<Vec<(&Robustness, &Robustness)>> = pairs
        .iter()
        .map(|(run, partner)| run.robustness.as_ref().zip(partner.robustness.as_ref()))
        .collect();
    let last = of_accuracies(|run| run.test.accuracy);
    let mut comparison = Comparison {
        arm: arm[0].arm.clone(),
        baseline: baseline[0].arm.clone(),
        pairs: pairs
            .iter()
            .map(|(run, partner)| pair(run, partner))
            .collect(),
        last,
        best: of_accuracies(|run| run.best_test_accuracy),
        nll: of_measure(|test| test.nll),
        brier: of_measure(|test| test.brier),
        ece: of_measure(|test| test.ece),
        robustness: attacked.and_then(|pairs| Robustness::compare(&pairs, &tests)),
        outcome: Outcome::new(&last),
        headline: String::new(),
        findings: vec![],
    };
    comparison.headline = verdict::headline(&comparison);
    comparison.findings = findings::findings(&comparison, arm, baseline);
    Some(comparison)
}

fn pair(run: &Trial, partner: &Trial) -> Pair {
    Pair {
        seed: run.seed,
        arm: run.test.accuracy,
        baseline: partner.test.accuracy,
        difference: run.test.accuracy - partner.test.accuracy,
        mcnemar: McNemar::from_predictions(&run.labels, &run.predicted, &partner.predicted),
    }
}
