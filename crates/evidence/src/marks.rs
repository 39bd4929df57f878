//! Warnings that a reader needs before the numbers.

use std::collections::BTreeSet;

use crate::report::{Arm, Comparison, Setting};
use crate::words::{count, list};
use crate::{ChosenBy, Trial};

/// The marks of a report; `runs` are those of each arm, in the order of `arms`.
pub(crate) fn marks(
    arms: &[Arm],
    runs: &[Vec<Trial>],
    settings: &[Setting],
    comparisons: &[Comparison],
) -> Vec<String> {
    let mut marks = protocol(runs);
    marks.extend(origins(arms));
    for arm in 0..arms.len().saturating_sub(1) {
        marks.extend(differing_settings(arms, settings, arm));
        marks.extend(differing_losses(&arms[arm], &arms[arms.len() - 1]));
        marks.extend(unpaired(arms, arm));
    }
    if comparisons.len() > 1 {
        marks.push(format!(
            "{} arms are compared with {}. Each interval covers 95% on its own, so without any true \
             difference one of them leaves out 0 more often than 1 time in 20{}. The verdicts are not adjusted \
             for that.",
            comparisons.len(),
            comparisons[0].baseline,
            at_most(comparisons.len())
        ));
    }
    marks
}

/// How often one of `arms` intervals can leave out 0 by chance; nothing if that says nothing.
fn at_most(arms: usize) -> String {
    match 5 * arms {
        // The chances of the arms add up at most, however the arms depend on each other.
        percent @ ..50 => format!(", up to {percent} times in 100"),
        _ => String::new(),
    }
}

/// The images that chose the best epoch. `None` if runs differ in it.
pub(crate) fn chosen_by(runs: &[Vec<Trial>]) -> Option<ChosenBy> {
    let mut all = runs.iter().flatten().map(|run| run.best_chosen_by);
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

fn protocol(runs: &[Vec<Trial>]) -> Vec<String> {
    let mark = match chosen_by(runs) {
        Some(ChosenBy::Test) => {
            "The best epoch was chosen by the test images, as in the article, so its accuracy is too \
             high; the last epoch is compared."
        }
        Some(ChosenBy::Validation) => {
            "The best epoch was chosen by the validation images, so its test accuracy is \
             not biased; the last epoch is compared."
        }
        None => {
            "Some runs chose the best epoch by the test images, which makes its accuracy too high, and \
             others by validation images. So best accuracies cannot be compared; the \
             last epoch is compared."
        }
    };
    vec![mark.into()]
}

/// Marks runs of different versions or devices, within an arm or between arms.
fn origins(arms: &[Arm]) -> Vec<String> {
    let mark = |what: &str, of: fn(&Arm) -> &Vec<String>| {
        let all: BTreeSet<&String> = arms.iter().flat_map(of).collect();
        let each = arms
            .iter()
            .map(|arm| format!("{}: {}", arm.name, list(of(arm))))
            .collect::<Vec<_>>()
            .join("; ");
        (all.len() > 1).then(|| {
            format!(
                "The runs come from different {what} ({each}). That alone may cause a difference, and \
                 the runs of a pair may round differently."
            )
        })
    };
    let versions = mark("versions of the program", |arm| &arm.versions);
    let devices = mark("devices", |arm| &arm.devices);
    versions.into_iter().chain(devices).collect()
}

/// Marks what the settings mean for the comparison of an arm with the baseline.
fn differing_settings(arms: &[Arm], settings: &[Setting], arm: usize) -> Vec<String> {
    let baseline = arms.len() - 1;
    let differ: Vec<String> = settings
        .iter()
        .filter(|setting| setting.values[arm] != setting.values[baseline])
        .map(|setting| setting.key.clone())
        .collect();
    let network = arms[arm].network != arms[baseline].network
        || arms[arm].parameters != arms[baseline].parameters;
    let (name, other) = (&arms[arm].name, &arms[baseline].name);
    let mut marks = vec![];
    match differ.as_slice() {
        [] => marks.push(format!(
            "{name} and {other} have the same settings, so only chance, versions or devices can cause a \
             difference."
        )),
        [_] => {}
        several => marks.push(format!(
            "{name} and {other} differ in {} ({}), so a difference is the effect of all of them together.",
            count(several.len(), "setting"),
            list(several)
        )),
    }
    if network {
        marks.push(format!(
            "{name} and {other} have different networks or start from different weights, so runs with the same seed \
             do not share their initial weights."
        ));
    }
    marks
}

/// Marks what different losses and outputs mean for the figures of an arm and the baseline.
fn differing_losses(one: &Arm, other: &Arm) -> Vec<String> {
    let (name, other_name) = (&one.name, &other.name);
    let mut marks = vec![];
    if have_different_losses(one, other) {
        marks.push(format!(
            "{name} and {other_name} were trained with different losses, so values of the loss cannot \
             be compared between them."
        ));
    }
    if one.outputs != other.outputs {
        marks.push(format!(
            "{name} ends in {} outputs and {other_name} in {} outputs. That also affects negative \
             log-likelihood, Brier score and calibration error.",
            one.outputs, other.outputs
        ));
    }
    marks
}

/// Whether values of the loss cannot be compared between two arms.
pub(crate) fn have_different_losses(one: &Arm, other: &Arm) -> bool {
    (one.outputs, &one.loss_function) != (other.outputs, &other.loss_function)
}

/// Marks runs of an arm or of the baseline that have no partner with the same seed.
fn unpaired(arms: &[Arm], arm: usize) -> Vec<String> {
    let (arm, baseline) = (&arms[arm], &arms[arms.len() - 1]);
    let alone = |one: &Arm, other: &Arm| {
        let seeds: Vec<String> = one
            .runs
            .iter()
            .filter(|run| other.runs.iter().all(|partner| partner.seed != run.seed))
            .map(|run| run.seed.to_string())
            .collect();
        (!seeds.is_empty()).then(|| {
            let plural = if seeds.len() == 1 { "" } else { "s" };
            format!(
                "{} has no run with seed{plural} {} of {}, so the mean of {} counts more runs than the \
                 differences do.",
                other.name,
                list(&seeds),
                one.name,
                one.name
            )
        })
    };
    let mut marks: Vec<String> = [alone(arm, baseline), alone(baseline, arm)]
        .into_iter()
        .flatten()
        .collect();
    let paired =
        |run: &crate::RunFigures| baseline.runs.iter().any(|partner| partner.seed == run.seed);
    if !arm.runs.iter().any(paired) {
        marks.push(format!(
            "{} and {} share no seed, so nothing is compared.",
            arm.name, baseline.name
        ));
    }
    marks
}

#[cfg(test)]
mod tests;
