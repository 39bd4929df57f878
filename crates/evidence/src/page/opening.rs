//! The first section: the verdict, the marks, and the main figures.

mod forest;
mod glance;

use maud::{Markup, html};

use super::{
    Section,
    format::{counted, decimal, interval, percent, percent_and_deviation, points, probability},
    key::{Key, legend},
};
use crate::{Comparison, FINDINGS_IN_SIGHT, Outcome, Report, Spread};

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
        div.summary[report.comparisons.len() == 1] {
            @if !report.comparisons.is_empty() {
                div {
                    @for comparison in &report.comparisons {
                        h3 {
                            @if report.comparisons.len() > 1 {
                                (comparison.arm) " against " (comparison.baseline)
                            } @else {
                                "What this rests on"
                            }
                        }
                        (findings(comparison))
                    }
                }
            }
            div {
                h3 { "At a glance" }
                (glance::table(report).markup())
                p.small { (glance::note(report)) }
            }
        }
    };
    Section {
        id: "verdict",
        title: if report.comparisons.is_empty() {
            "Result"
        } else {
            "Verdict"
        },
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

/// What can be said and what cannot. The first sentences are in sight, and the others unfold.
fn findings(comparison: &Comparison) -> Markup {
    let all = &comparison.findings;
    let (first, others) = all.split_at(FINDINGS_IN_SIGHT.min(all.len()));
    let items = |findings: &[String]| {
        html! { ul.findings { @for finding in findings { li { (finding) } } } }
    };
    html! {
        (items(first))
        @if !others.is_empty() {
            details {
                summary { "Further findings" }
                (items(others))
            }
        }
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

/// A legend of the arms with their mean test accuracy after the last epoch.
pub(super) fn arms_legend(report: &Report, keys: &[Key]) -> Markup {
    let notes = report.arms.iter().map(|arm| {
        let runs = counted(arm.runs.len(), "run");
        format!("test {}, {runs}", percent_and_deviation(&arm.last))
    });
    legend(keys, &notes.collect::<Vec<_>>())
}
