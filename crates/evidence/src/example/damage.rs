//! Made-up accuracies on damaged samples.

use super::noise;
use crate::statistics::PairedTests;
use crate::{Arm, CorruptionKind, Corruptions, MeanDifference, RunFigures, Spread};

/// Samples of each, so that every share is a whole number of them.
const SAMPLES: f64 = 500.0;

/// One run of an arm whose accuracy on unchanged samples is `clean`. The third arm of many was not judged on damaged ones.
pub(super) fn corruptions(arm: usize, run: usize, clean: f64) -> Option<Corruptions> {
    let share = |value: f64| (value.clamp(0.0, 1.0) * SAMPLES).round() / SAMPLES;
    let fall = 0.9 - 0.1 * arm as f64;
    let level = |index: usize, strength: f64, weight: f64| {
        let accuracy = clean * (-fall * weight * strength).exp() + 0.01 * noise(arm, run, index);
        (strength, share(accuracy))
    };
    let noises = [0.02, 0.04, 0.06].map(|strength| level(1, strength, 10.0));
    let tilts = [10.0, 30.0, 60.0].map(|strength| level(2, strength, 0.02));
    let kinds = vec![
        CorruptionKind::new("noise", "deviation", &noises),
        CorruptionKind::new("tilt", "degrees", &tilts),
    ];
    (arm != 2).then(|| Corruptions::new(SAMPLES as usize, share(clean), kinds))
}

pub(super) fn of_arm(runs: &[RunFigures]) -> Option<Corruptions<Spread>> {
    Corruptions::over_runs(&judged(runs))
}

pub(super) fn compared(arm: &Arm, baseline: &Arm) -> Option<Corruptions<MeanDifference>> {
    let others = judged(&baseline.runs);
    let pairs: Vec<_> = judged(&arm.runs).into_iter().zip(others).collect();
    Corruptions::compare(&pairs, &PairedTests::new(baseline.runs.len()))
}

fn judged(runs: &[RunFigures]) -> Vec<&Corruptions> {
    let runs = runs.iter();
    runs.filter_map(|run| run.corruptions.as_ref()).collect()
}
