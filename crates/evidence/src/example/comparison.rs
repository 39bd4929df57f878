//! A made-up comparison of two made-up arms.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{attacks, damage, spread};
use crate::{
    Arm, Comparison, McNemar, MeanDifference, Outcome, Pair, PairedDifference, RunFigures, Spread,
};

/// `arm` against `baseline`, run by run.
pub(super) fn comparison(arm: &Arm, baseline: &Arm) -> Comparison {
    let runs = || arm.runs.iter().zip(&baseline.runs);
    let pairs = runs().map(|(a, b)| Pair {
        seed: a.seed,
        arm: a.last,
        baseline: b.last,
        difference: a.last - b.last,
        mcnemar: McNemar {
            only_arm: 1012,
            only_baseline: 831,
            p: 0.000_03,
        },
    });
    let paired = |of: fn(&RunFigures) -> f64| paired(runs().map(|(a, b)| of(a) - of(b)).collect());
    let last = paired(|run| run.last);
    let one = runs().count() == 1;
    Comparison {
        arm: arm.name.clone(),
        baseline: baseline.name.clone(),
        pairs: pairs.collect(),
        last,
        best: paired(|run| run.best),
        nll: paired(|run| run.nll),
        brier: paired(|run| run.brier),
        ece: paired(|run| run.ece),
        robustness: attacks::compared(arm, baseline),
        corruptions: damage::compared(arm, baseline),
        classes: classes(arm, baseline),
        outcome: if one { Outcome::OnePair } else { Outcome::Unsure },
        headline: format!(
            "{} came out {:.2} points above {}; with so few pairs that is not settled.",
            arm.name,
            last.mean * 100.0,
            baseline.name
        ),
        findings: vec![
            "The interval leaves out 0, but the exact test cannot reach 0.05 with five pairs: its smallest p is 0.0625.".to_owned(),
            "Negative log-likelihood and calibration error fell in every pair.".to_owned(),
        ],
    }
}

/// A difference for each class but the last, which has no test images.
fn classes(arm: &Arm, baseline: &Arm) -> Vec<Option<MeanDifference>> {
    let pairs = arm.runs.len();
    let difference = |of: (&Option<Spread>, &Option<Spread>)| {
        let mean = of.0.as_ref()?.mean - of.1.as_ref()?.mean;
        Some(MeanDifference {
            pairs,
            mean,
            deviation: (pairs > 1).then_some(0.02),
            interval: (pairs > 1).then_some((mean - 0.03, mean + 0.03)),
        })
    };
    let both = arm.classes.iter().zip(&baseline.classes);
    let mut classes: Vec<_> = both.map(difference).collect();
    classes.pop();
    classes.push(None);
    classes
}

fn paired(differences: Vec<f64>) -> PairedDifference {
    let Spread {
        runs: pairs,
        mean,
        deviation,
    } = spread(differences);
    let error = deviation.map(|deviation| deviation / (pairs as f64).sqrt());
    let interval = error.map(|error| {
        let t = StudentsT::new(0.0, 1.0, pairs as f64 - 1.0).unwrap();
        let half = t.inverse_cdf(0.975) * error;
        (mean - half, mean + half)
    });
    PairedDifference {
        pairs,
        mean,
        deviation,
        interval,
        sign_flip_p: 2.0_f64.powi(1 - pairs as i32),
        smallest_p: 2.0_f64.powi(1 - pairs as i32),
        detectable: error.map(|error| 3.5 * error),
    }
}
