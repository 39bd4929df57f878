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
            "{} arms are compared with {}. Each interval stands at 95% by itself, so that one of \
             them leaves out 0 by chance more often than one in twenty.",
            comparisons.len(),
            comparisons[0].baseline
        ));
    }
    marks
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
            "The best epoch was chosen by the test images, as the article does, so its accuracy \
             flatters; the last epoch is compared."
        }
        Some(ChosenBy::Validation) => {
            "The best epoch was chosen by images held out of the training set, so its test accuracy \
             does not flatter; the last epoch is compared."
        }
        None => {
            "Some runs chose the best epoch by the test images, which flatters, and others by images \
             held out of the training set: best accuracies cannot be compared; the last epoch is."
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
                "The runs come from different {what} ({each}); a difference may be theirs, and runs \
                 of a pair need not share every rounding."
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
            "{name} and {other} have the same settings, so nothing but chance, versions or devices \
             can make a difference."
        )),
        [_] => {}
        several => marks.push(format!(
            "{name} and {other} differ in {} ({}), so a difference is that of all of them together.",
            count(several.len(), "setting"),
            list(several)
        )),
    }
    if network {
        marks.push(format!(
            "{name} and {other} have different networks, so runs of one seed do not share their \
             initial weights."
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
            "{name} and {other_name} were trained by different losses, so values of the loss cannot \
             be compared between them."
        ));
    }
    if one.outputs != other.outputs {
        marks.push(format!(
            "{name} ends in {} outputs and {other_name} in {} outputs, so a difference of negative \
             log-likelihood, Brier score or calibration error is that of the outputs too.",
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
            .filter(|run| other.runs.iter().all(|half| half.seed != run.seed))
            .map(|run| run.seed.to_string())
            .collect();
        (!seeds.is_empty()).then(|| {
            let plural = if seeds.len() == 1 { "" } else { "s" };
            format!(
                "{} has no run with seed{plural} {} of {}: there the mean of {} counts more runs \
                 than the differences.",
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
    let paired = |run: &crate::RunFigures| baseline.runs.iter().any(|half| half.seed == run.seed);
    if !arm.runs.iter().any(paired) {
        marks.push(format!(
            "{} and {} share no seed, so nothing is compared.",
            arm.name, baseline.name
        ));
    }
    marks
}
