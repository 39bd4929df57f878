//! Made-up accuracies on images that were changed to mislead a network.

use super::noise;
use crate::{
    Arm, MeanDifference, Robustness, RobustnessPoint, RunFigures, Spread, statistics::PairedTests,
};

/// Images of each, so that every share is a whole number of them.
const IMAGES: f64 = 1000.0;

/// One run of an arm whose accuracy on unchanged images is `clean`. The third arm of many was not
/// attacked, and the fourth by more steps.
pub(super) fn robustness(arm: usize, run: usize, clean: f64) -> Option<Robustness> {
    let share = |value: f64| (value.clamp(0.0, 1.0) * IMAGES).round() / IMAGES;
    let fall = 0.3 + 0.06 * arm as f64;
    let point = |index: usize, epsilon: f64| RobustnessPoint {
        epsilon,
        fgsm: share(clean * (-0.7 * fall * epsilon).exp() + 0.01 * noise(arm, run, index)),
        pgd: share(clean * (-fall * epsilon.powf(1.2)).exp() + 0.01 * noise(run, arm, index)),
    };
    let epsilons = (0..).zip([1.0, 2.0, 4.0, 8.0]);
    (arm != 2).then(|| Robustness {
        images: IMAGES as usize,
        pgd_steps: if arm == 3 { 20 } else { 10 },
        clean: share(clean),
        points: epsilons
            .map(|(index, epsilon)| point(index, epsilon))
            .collect(),
    })
}

pub(super) fn of_arm(runs: &[RunFigures]) -> Option<Robustness<Spread>> {
    Robustness::over_runs(&attacked(runs))
}

pub(super) fn compared(arm: &Arm, baseline: &Arm) -> Option<Robustness<MeanDifference>> {
    let halves = attacked(&baseline.runs);
    let pairs: Vec<_> = attacked(&arm.runs).into_iter().zip(halves).collect();
    Robustness::compare(&pairs, &PairedTests::new(baseline.runs.len()))
}

fn attacked(runs: &[RunFigures]) -> Vec<&Robustness> {
    let runs = runs.iter();
    runs.filter_map(|run| run.robustness.as_ref()).collect()
}
