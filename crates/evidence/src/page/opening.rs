//! The first section: the verdict, the marks, and the main figures.

mod forest;

use maud::{Markup, html};

use super::{
    Section,
    data_table::{DataTable, head},
    format::{
        counted, decimal, interval, mean_and_deviation, percent, percent_and_deviation, points,
        probability,
    },
    key::{Key, legend},
};
use crate::{Arm, ChosenBy, Comparison, Outcome, Report, Spread};

/// The words that the whole page uses.
const TERMS: &str = "A run is one training with one seed. An arm is all runs of one experiment. A pair is a run \
                     of an arm and the baseline’s run with the same seed.";

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let body = html! {
        div.opening {
            div {
                @if report.comparisons.is_empty() { (alone(report)) }
                @for comparison in &report.comparisons { (verdict(comparison)) }
            }
            @if !report.marks.is_empty() {
                div.marks {
                    h3 { "Before the numbers" }
                    ul { @for mark in &report.marks { li { (mark) } } }
                }
            }
        }
        p.small { (TERMS) }
        @if !report.comparisons.is_empty() { (forest::figure(report, keys)) }
        @for comparison in &report.comparisons {
            @if report.comparisons.len() > 1 { h3 { (comparison.arm) " against " (comparison.baseline) } }
            (findings(comparison))
        }
        h3 { "At a glance" }
        (glance(report).markup())
        p.small { (glance_note(report)) }
    };
    Section {
        id: "verdict",
        title: "Verdict",
        body,
    }
}

/// Says that there is no verdict, because nothing is compared.
fn alone(report: &Report) -> Markup {
    let why = if report.arms.len() > 1 {
        "No two runs of different arms share a seed, so there are no pairs and nothing is compared."
    } else {
        "There is one arm, so nothing is compared: this page shows its runs."
    };
    html! {
        p.headline { (why) }
        @for arm in &report.arms {
            p.big {
                span.number { (percent(arm.last.mean)) }
                " "
                span.unit { (arm.name) ", test accuracy after the last epoch" }
            }
            p.interval { (deviation_line(&arm.last)) }
        }
    }
}

fn deviation_line(spread: &Spread) -> String {
    match spread.deviation {
        Some(deviation) => format!(
            "Standard deviation {} points over {}",
            decimal(deviation * 100.0, 2),
            counted(spread.runs, "run")
        ),
        None => "One run: how much it varies from seed to seed is unknown".to_owned(),
    }
}

fn verdict(comparison: &Comparison) -> Markup {
    let last = &comparison.last;
    html! {
        div.verdict {
            p.outcome {
                span.badge { (outcome(comparison.outcome)) }
                " "
                span.versus { (comparison.arm) " minus " (comparison.baseline) }
            }
            p.headline { (comparison.headline) }
            p.big {
                span.number { (points(last.mean)) }
                " "
                span.unit { "points of test accuracy" }
            }
            p.interval {
                @match last.interval {
                    Some(ends) => {
                        "95% interval " b { (interval(ends, points)) } " points, "
                        (counted(last.pairs, "pair"))
                        ", exact sign-flip p " (probability(last.sign_flip_p))
                    }
                    None => { "One pair: no interval can be given" }
                }
            }
        }
    }
}

/// What can be said and what cannot.
fn findings(comparison: &Comparison) -> Markup {
    html! {
        ul.findings { @for finding in &comparison.findings { li { (finding) } } }
    }
}

/// The conclusion in a few words.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::OnePair => "One pair: no statement",
        Outcome::Better => "Shown: better",
        Outcome::Worse => "Shown: worse",
        Outcome::Unsure => "Not settled",
        Outcome::NotShown => "No difference shown",
    }
}

/// A measure's name, and how it is written for an arm.
type Measure = (&'static str, fn(&Arm) -> String);

fn glance(report: &Report) -> DataTable {
    let mut measures: Vec<Measure> = vec![
        ("Test accuracy, last epoch", |arm| {
            percent_and_deviation(&arm.last)
        }),
        ("Test accuracy, best epoch", |arm| {
            percent_and_deviation(&arm.best)
        }),
        ("Training accuracy, unmixed", |arm| {
            percent_and_deviation(&arm.training_accuracy)
        }),
        ("Test loss", |arm| mean_and_deviation(&arm.loss, 4)),
        ("Negative log-likelihood", |arm| {
            mean_and_deviation(&arm.nll, 4)
        }),
        ("Brier score", |arm| mean_and_deviation(&arm.brier, 4)),
        ("Calibration error (ECE)", |arm| {
            percent_and_deviation(&arm.ece)
        }),
        ("Runs", |arm| arm.runs.len().to_string()),
    ];
    if report.arms.iter().any(|arm| arm.raw.is_some()) {
        let raw: Measure = ("Test accuracy, raw weights", |arm| {
            arm.raw
                .as_ref()
                .map_or_else(|| "not averaged".into(), percent_and_deviation)
        });
        measures.insert(1, raw);
    }
    if report.arms.iter().any(|arm| fewest_and_most(arm).is_some()) {
        measures.push(("Epochs", |arm| {
            let [fewest, most] = fewest_and_most(arm).unwrap_or([arm.runs[0].epochs.len(); 2]);
            if fewest == most {
                fewest.to_string()
            } else {
                format!("{fewest} to {most}")
            }
        }));
    }
    let rows = measures.into_iter().map(|(name, written)| {
        let cells = report.arms.iter().map(written);
        [name.to_owned()].into_iter().chain(cells).collect()
    });
    DataTable::numbers(
        "Mean over the runs ± standard deviation",
        head("Measure", report.arms.iter().map(|arm| arm.name.as_str())),
        rows.collect(),
    )
}

/// The fewest and the most epochs of a run, if its runs could end early.
fn fewest_and_most(arm: &Arm) -> Option<[usize; 2]> {
    let epochs = arm.runs.iter().map(|run| run.epochs.len());
    let ends = epochs.clone().min().zip(epochs.max());
    ends.filter(|_| arm.may_end_early)
        .map(|(fewest, most)| [fewest, most])
}

fn glance_note(report: &Report) -> String {
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

/// A legend of the arms with their mean test accuracy.
pub(super) fn arms_legend(report: &Report, keys: &[Key]) -> Markup {
    let notes = report.arms.iter().map(|arm| {
        let runs = counted(arm.runs.len(), "run");
        format!("{}, {runs}", percent_and_deviation(&arm.last))
    });
    legend(keys, &notes.collect::<Vec<_>>())
}
