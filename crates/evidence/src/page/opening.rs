//! The verdict, before everything else.

use maud::{Markup, html};

use super::{
    Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::{counted, decimal, interval, percent, percent_spread, points, probability, spread},
    key::{Key, legend, letters},
};
use crate::{
    Arm, ChosenBy, Comparison, Outcome, Report, Spread,
    chart::{
        Alternative,
        rows::{Form, Mark, Row, Rows, rows},
        ticks::Ticks,
    },
};

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
        @if !report.comparisons.is_empty() { (forest(report, keys)) }
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

/// Without a comparison there is no verdict, and the page says so.
fn alone(report: &Report) -> Markup {
    let why = if report.arms.len() > 1 {
        "No two runs of different arms share a seed, so there are no pairs and nothing is compared."
    } else {
        "There is one arm, so nothing is compared: this page shows how its runs came out."
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
        None => "One run: how much it moves from seed to seed is unknown".to_owned(),
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
            @if !comparison.findings.is_empty() {
                ul.findings { @for finding in &comparison.findings { li { (finding) } } }
            }
        }
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::OnePair => "One pair: no statement",
        Outcome::Better => "Shown: better",
        Outcome::Worse => "Shown: worse",
        Outcome::Unsure => "Not settled",
        Outcome::NotShown => "No difference shown",
    }
}

fn forest(report: &Report, keys: &[Key]) -> Markup {
    let comparisons = &report.comparisons;
    let hundred = |value: f64| value * 100.0;
    let values = comparisons.iter().flat_map(|comparison| {
        let last = &comparison.last;
        let (low, high) = last.interval.unwrap_or((last.mean, last.mean));
        let detectable = last.detectable.unwrap_or(0.0);
        let pairs = comparison.pairs.iter().map(|pair| pair.difference);
        pairs.chain([0.0, last.mean, low, high, detectable, -detectable])
    });
    let chart = Rows {
        ticks: Ticks::around(values.map(hundred), 5),
        rows: comparisons
            .iter()
            .map(|one| forest_row(one, keys))
            .collect(),
        measure: "Difference of test accuracy, points",
        differences: true,
        pitch: 44.0,
    };
    let says: Vec<String> = comparisons.iter().map(in_words).collect();
    let alternative = Alternative {
        id: "chart-verdict".to_owned(),
        title: "Mean differences with their 95% intervals, against 0".to_owned(),
        text: says.join(" "),
    };
    let table = DataTable::numbers(
        "Mean difference of test accuracy, in points",
        head(
            "Arm minus baseline",
            ["Mean", "95% interval", "Pairs", "Detectable"],
        ),
        comparisons.iter().map(forest_cells).collect(),
    );
    let figure = Figure {
        legend: letters(keys),
        chart: rows(&alternative, &chart),
        caption: if comparisons.iter().all(|one| one.last.interval.is_none()) {
            html! { "The difference of the one pair. With one pair there is no interval to draw." }
        } else {
            html! {
                "Shape: the mean difference. Bar: its 95% interval; where it crosses the line at 0, the sign "
                "of the difference is not settled. Faint dots: the pairs. Grey band: true differences too "
                "small for this number of pairs, which would find them less than 8 times in 10."
            }
        },
        table,
    };
    figure.markup()
}

fn forest_row(comparison: &Comparison, keys: &[Key]) -> Row {
    let last = &comparison.last;
    let key = Key::named(keys, &comparison.arm);
    let slot = key.map_or(0, |key| key.slot);
    let mark = |form| Mark {
        slot,
        shift: 0.0,
        form,
    };
    let mut marks = Vec::new();
    if let Some(detectable) = last.detectable {
        marks.push(mark(Form::Band(-detectable * 100.0, detectable * 100.0)));
    }
    if let Some((low, high)) = last.interval {
        marks.push(mark(Form::Thick(low * 100.0, high * 100.0)));
    }
    let pairs = comparison.pairs.iter().map(|pair| pair.difference * 100.0);
    marks.push(Mark {
        slot,
        shift: 12.0,
        form: Form::Specks(pairs.collect()),
    });
    marks.push(mark(Form::Dot(last.mean * 100.0)));
    Row {
        label: key.map_or_else(|| comparison.arm.clone(), |key| key.short.clone()),
        note: points(last.mean),
        sum: false,
        marks,
    }
}

fn in_words(comparison: &Comparison) -> String {
    let last = &comparison.last;
    let known = match last.interval {
        Some(ends) => format!("95% interval {} points", interval(ends, points)),
        None => "no interval".to_owned(),
    };
    let detectable = last.detectable.map_or_else(String::new, |detectable| {
        format!(", detectable {} points", decimal(detectable * 100.0, 2))
    });
    format!(
        "{} minus {}: {} points, {known}, {}{detectable}.",
        comparison.arm,
        comparison.baseline,
        points(last.mean),
        counted(last.pairs, "pair")
    )
}

fn forest_cells(comparison: &Comparison) -> Vec<String> {
    let last = &comparison.last;
    let none = || "none: one pair".to_owned();
    vec![
        format!("{} − {}", comparison.arm, comparison.baseline),
        points(last.mean),
        last.interval
            .map_or_else(none, |ends| interval(ends, points)),
        last.pairs.to_string(),
        last.detectable.map_or_else(none, |d| decimal(d * 100.0, 2)),
    ]
}

/// A measure's name, and how its spread is written.
type Measure = (&'static str, fn(&Arm) -> String);

fn glance(report: &Report) -> DataTable {
    let measures: [Measure; 8] = [
        ("Test accuracy, last epoch", |arm| percent_spread(&arm.last)),
        ("Test accuracy, best epoch", |arm| percent_spread(&arm.best)),
        ("Training accuracy, unmixed", |arm| {
            percent_spread(&arm.training_accuracy)
        }),
        ("Test loss", |arm| spread(&arm.loss, 4)),
        ("Negative log-likelihood", |arm| spread(&arm.nll, 4)),
        ("Brier score", |arm| spread(&arm.brier, 4)),
        ("Calibration error (ECE)", |arm| percent_spread(&arm.ece)),
        ("Runs", |arm| arm.runs.len().to_string()),
    ];
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

fn glance_note(report: &Report) -> &'static str {
    match report.best_chosen_by {
        ChosenBy::Test => {
            "The best epoch was chosen by the test images themselves, so its test accuracy flatters; \
             the last epoch’s does not, and it is what is compared."
        }
        ChosenBy::Validation => {
            "The best epoch was chosen by images held out of the training set, so its test accuracy \
             does not flatter. The last epoch’s is what is compared."
        }
    }
}

/// The arms and their mean test accuracy, for charts that show all of them.
pub(super) fn arms_legend(report: &Report, keys: &[Key]) -> Markup {
    let notes = report.arms.iter().map(|arm| {
        let runs = counted(arm.runs.len(), "run");
        format!("{}, {runs}", percent_spread(&arm.last))
    });
    legend(keys, &notes.collect::<Vec<_>>())
}
