//! One arm against the baseline, pair by pair.

use crate::statistics::PairedTests;
use crate::{
    Comparison, Corruptions, McNemar, MeanDifference, Measures, Outcome, Pair, Robustness, Trial,
    findings, verdict,
};

/// Compares the runs of an arm with those of the baseline. `None` without a pair. Within an arm, no two
/// runs have the same seed.
pub(crate) fn compare(arm: &[Trial], baseline: &[Trial]) -> Option<Comparison> {
    let pairs: Vec<(&Trial, &Trial)> = pairs(arm, baseline).collect();
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
    let damaged: Option<Vec<(&Corruptions, &Corruptions)>> = pairs
        .iter()
        .map(|(run, partner)| run.corruptions.as_ref().zip(partner.corruptions.as_ref()))
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
        classes: classes(&pairs, &tests),
        robustness: attacked.and_then(|pairs| Robustness::compare(&pairs, &tests)),
        corruptions: damaged.and_then(|pairs| Corruptions::compare(&pairs, &tests)),
        outcome: Outcome::new(&last),
        headline: String::new(),
        findings: vec![],
    };
    comparison.headline = verdict::headline(&comparison);
    comparison.findings = findings::findings(&comparison, arm, baseline);
    Some(comparison)
}

/// The runs of an arm, each with the baseline's run of the same seed, if there is one.
pub(crate) fn pairs<'a>(
    arm: &'a [Trial],
    baseline: &'a [Trial],
) -> impl Iterator<Item = (&'a Trial, &'a Trial)> {
    arm.iter().filter_map(|run| {
        let partner = baseline.iter().find(|partner| partner.seed == run.seed)?;
        Some((run, partner))
    })
}

/// The differences of each class. They are shares of the images of the class.
fn classes(pairs: &[(&Trial, &Trial)], tests: &PairedTests) -> Vec<Option<MeanDifference>> {
    let accuracies: Vec<[Vec<Option<f64>>; 2]> = pairs
        .iter()
        .map(|(run, partner)| [run, partner].map(|run| run.test.class_accuracies()))
        .collect();
    (0..pairs[0].0.classes.len())
        .map(|class| {
            let difference = |[run, partner]: &[Vec<Option<f64>>; 2]| {
                let (run, partner) = (run.get(class)?, partner.get(class)?);
                Some((*run)? - (*partner)?)
            };
            let differences: Option<Vec<f64>> = accuracies.iter().map(difference).collect();
            differences.map(|differences| tests.mean_of(&differences))
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use crate::simulated::two_arms;
    use crate::{About, Report};

    /// Against differences counted image by image.
    #[test]
    fn the_difference_of_a_class_is_the_mean_of_its_pairs() {
        let trials = two_arms(&[760, 742, 771], &[730, 750, 741]);
        let report = Report::new(trials.clone(), About::default()).unwrap();
        let right = |trial: usize, class: u16| {
            let images = trials[trial].labels.iter().zip(&trials[trial].predicted);
            let right = images.filter(|(label, predicted)| **label == class && label == predicted);
            right.count() as f64 / 250.0
        };
        for (class, found) in (0..).zip(&report.comparisons[0].classes) {
            let found = found.unwrap();
            let differences = [0, 1, 2].map(|run| right(run, class) - right(run + 3, class));
            let mean = differences.iter().sum::<f64>() / 3.0;
            assert!(
                (found.mean - mean).abs() < 1e-12,
                "{found:?}, {differences:?}"
            );
            let squares = differences.map(|difference| (difference - mean).powi(2));
            let error = (squares.iter().sum::<f64>() / 2.0 / 3.0).sqrt();
            // Student's t for 97.5% and two degrees of freedom, from a table.
            let half = 4.302_653 * error;
            let (low, high) = found.interval.unwrap();
            assert!((high - low - 2.0 * half).abs() < 1e-6);
        }
    }

    #[test]
    fn a_class_without_test_images_has_no_difference() {
        let mut trials = two_arms(&[760, 742], &[730, 750]);
        for trial in &mut trials {
            trial.classes.push("unseen".into());
            let mut confusion = crate::Confusion::new(5);
            confusion.add_all(&trial.test.confusion);
            trial.test.confusion = confusion;
        }
        let report = Report::new(trials, About::default()).unwrap();
        let classes = &report.comparisons[0].classes;
        assert_eq!(classes.len(), 5);
        assert!(classes[3].is_some() && classes[4].is_none());
    }
}
