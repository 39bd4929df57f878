//! The table of the main figures.

use super::super::{
    data_table::{DataTable, head},
    format::{duration, interval, mean_and_deviation, percent_and_deviation, points, signed},
};
use crate::{Arm, ChosenBy, Comparison, PairedDifference, Report};

/// A measure's name, how it is written for an arm, and how the difference of two arms is.
type Measure = (&'static str, fn(&Arm) -> String, fn(&Comparison) -> String);

/// The measures that every report has.
const MEASURES: [Measure; 8] = [
    (
        "Test accuracy, last epoch",
        |arm| percent_and_deviation(&arm.last),
        |comparison| difference(&comparison.last, points),
    ),
    (
        "Test accuracy, best epoch",
        |arm| percent_and_deviation(&arm.best),
        |comparison| difference(&comparison.best, points),
    ),
    (
        "Training accuracy, unmixed",
        |arm| percent_and_deviation(&arm.training_accuracy),
        nothing,
    ),
    ("Test loss", |arm| mean_and_deviation(&arm.loss, 4), nothing),
    (
        "Negative log-likelihood",
        |arm| mean_and_deviation(&arm.nll, 4),
        |comparison| difference(&comparison.nll, |value| signed(value, 4)),
    ),
    (
        "Brier score",
        |arm| mean_and_deviation(&arm.brier, 4),
        |comparison| difference(&comparison.brier, |value| signed(value, 4)),
    ),
    (
        "Calibration error (ECE)",
        |arm| percent_and_deviation(&arm.ece),
        |comparison| difference(&comparison.ece, points),
    ),
    ("Runs", |arm| arm.runs.len().to_string(), nothing),
];

/// The measures of all arms. A single comparison has a column of differences, too.
pub(super) fn table(report: &Report) -> DataTable {
    let mut measures = MEASURES.to_vec();
    if report.arms.iter().any(|arm| arm.raw.is_some()) {
        let raw: Measure = (
            "Test accuracy, raw weights",
            |arm| {
                arm.raw
                    .as_ref()
                    .map_or_else(|| "not averaged".into(), percent_and_deviation)
            },
            nothing,
        );
        measures.insert(1, raw);
    }
    if report.arms.iter().any(|arm| fewest_and_most(arm).is_some()) {
        let epochs: Measure = (
            "Epochs",
            |arm| {
                let [fewest, most] = fewest_and_most(arm).unwrap_or([arm.runs[0].epochs.len(); 2]);
                if fewest == most {
                    fewest.to_string()
                } else {
                    format!("{fewest} to {most}")
                }
            },
            nothing,
        );
        measures.push(epochs);
    }
    if report.arms.iter().all(|arm| arm.cpu_seconds.is_some()) {
        let cost: Measure = (
            "CPU time of a run",
            |arm| {
                arm.cpu_seconds
                    .map_or_else(String::new, |cost| duration(cost.mean))
            },
            nothing,
        );
        measures.push(cost);
    }
    let only = match report.comparisons.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let rows = measures.into_iter().map(|(name, written, differs)| {
        let cells = report.arms.iter().map(written).chain(only.map(differs));
        [name.to_owned()].into_iter().chain(cells).collect()
    });
    let arms = report.arms.iter().map(|arm| arm.name.as_str());
    let caption = match only {
        Some(_) => {
            "Mean over the runs ± standard deviation; difference of the pairs with its 95% interval"
        }
        None => "Mean over the runs ± standard deviation",
    };
    DataTable::numbers(
        caption,
        head("Measure", arms.chain(only.map(|_| "Difference"))),
        rows.collect(),
    )
}

/// Says nothing of a measure that is not compared.
fn nothing(_: &Comparison) -> String {
    String::new()
}

/// The mean difference and its interval, such as `+2.00 (+0.50 to +3.50)`.
fn difference(difference: &PairedDifference, written: fn(f64) -> String) -> String {
    let mean = written(difference.mean);
    match difference.interval {
        Some(ends) => format!("{mean} ({})", interval(ends, written)),
        None => mean,
    }
}

/// The fewest and the most epochs of a run, if its runs could end early.
fn fewest_and_most(arm: &Arm) -> Option<[usize; 2]> {
    let epochs = arm.runs.iter().map(|run| run.epochs.len());
    let ends = epochs.clone().min().zip(epochs.max());
    ends.filter(|_| arm.may_end_early)
        .map(|(fewest, most)| [fewest, most])
}

/// Which figures are biased, and what the table leaves open.
pub(super) fn note(report: &Report) -> String {
    let mut note = best_note(report).to_owned();
    if report.arms.iter().any(|arm| arm.raw.is_some()) {
        note += " Where weights are averaged, every figure is that of the average, except for the raw weights’ \
                 accuracy.";
    }
    if report.arms.iter().any(|arm| arm.may_end_early) {
        note += " Runs could end early, so the last epoch is the one at which a run stopped, and curves of means end with the \
                 shortest run.";
    }
    note
}

fn best_note(report: &Report) -> &'static str {
    match report.best_chosen_by {
        ChosenBy::Test => {
            "The best epoch was chosen by the test images themselves, so its test accuracy is too high. \
             The last epoch’s is not, and it is the one that is compared."
        }
        ChosenBy::Validation => {
            "The best epoch was chosen by the validation images, so its test accuracy \
             is not biased. The last epoch’s is the one that is compared."
        }
    }
}
