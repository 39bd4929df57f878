//! The section on the accuracy of each class.

use std::collections::HashSet;

use maud::{Markup, html};

use super::{
    MOST_CLASSES_ON_PAGE, Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::{counted, interval, percent, percent_and_deviation, points},
    key::{Key, legend},
};
use crate::{
    Arm, MeanDifference, Report, Spread,
    chart::{
        Alternative,
        axis::Numbers,
        rows::{Form, Row, Rows, Symbol, rows},
        ticks::Ticks,
    },
};

/// The most classes in the chart. Of more classes it shows those that differ most.
const SHOWN: usize = 20;

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    let shown = shown(report);
    let body = if shown.is_empty() {
        html! { p { "No class has test images." } }
    } else {
        figure(report, keys, &shown)
    };
    Section {
        id: "classes",
        title: "Class by class",
        body,
    }
}

fn figure(report: &Report, keys: &[Key], shown: &[usize]) -> Markup {
    let all = report.arms.iter().flat_map(|arm| {
        let spreads = shown
            .iter()
            .filter_map(|&class| arm.classes.get(class)?.as_ref());
        spreads.flat_map(|spread| <[f64; 2]>::from(span(spread)))
    });
    let lane = 8.0;
    let chart = Rows {
        ticks: Ticks::around(all, 5),
        rows: shown
            .iter()
            .map(|&class| row(report, keys, class, lane))
            .collect(),
        measure: "Predicted right, %",
        numbers: Numbers::Values,
        pitch: (lane * (keys.len() + 1) as f64).max(22.0),
    };
    let alternative = Alternative {
        id: "chart-classes".to_owned(),
        title: "Test accuracy of each class".to_owned(),
        text: in_words(report, shown),
    };
    let has_deviations = report.arms.iter().any(|arm| arm.runs.len() > 1);
    let hidden = report.classes.len() - shown.len();
    let figure = Figure {
        legend: legend(keys, &vec![String::new(); keys.len()]),
        chart: rows(&alternative, &chart),
        caption: html! {
            @if keys.len() > 1 { "Classes by the baseline’s accuracy, the highest first. " }
            @else { "Classes by accuracy, the highest first. " }
            @if has_deviations { "Bars are one standard deviation to either side over the runs." }
            @else { "Each arm has one run, so there are no bars." }
            @if has_intervals(report) {
                " The table has the paired differences of "
                @if report.classes.len() > MOST_CLASSES_ON_PAGE { "these classes, which are those that differ most" }
                @else { "all classes" }
                ". Each interval covers 95% on its own, so among many classes some leave out 0 by chance."
            }
            @if hidden > 0 {
                " Left out of the chart: " (counted(hidden, "class")) " "
                @if keys.len() > 1 && report.classes.len() > MOST_CLASSES_ON_PAGE { "that gained and lost least" }
                @else if keys.len() > 1 { "in which the arms differ least" }
                @else { "with the highest accuracy" }
                ", or have no test images"
                @if report.classes.len() > MOST_CLASSES_ON_PAGE { "; " code { "classes.csv" } " has all." }
                @else { "; the table has all." }
            }
        },
        table: table(report, shown),
    };
    figure.markup()
}

/// The classes of the chart, ordered by the baseline's accuracy.
///
/// If there are too many, those in which arms differ most, or with one arm those with the lowest
/// accuracy.
fn shown(report: &Report) -> Vec<usize> {
    let accuracies = |class: usize| {
        let arms = report.arms.iter();
        arms.filter_map(move |arm| Some(arm.classes.get(class)?.as_ref()?.mean))
    };
    let mut classes: Vec<usize> = (0..report.classes.len())
        .filter(|&class| accuracies(class).next().is_some())
        .collect();
    let telling = |class: usize| {
        let low = accuracies(class).fold(f64::INFINITY, f64::min);
        let high = accuracies(class).fold(f64::NEG_INFINITY, f64::max);
        if report.arms.len() > 1 {
            high - low
        } else {
            -low
        }
    };
    classes.sort_by(|&a, &b| telling(b).total_cmp(&telling(a)));
    if report.classes.len() > MOST_CLASSES_ON_PAGE && report.arms.len() > 1 {
        classes = gained_and_lost(report, classes);
    }
    classes.truncate(SHOWN);
    let baseline = |class: usize| accuracies(class).next_back().unwrap_or(0.0);
    classes.sort_by(|&a, &b| baseline(b).total_cmp(&baseline(a)).then(a.cmp(&b)));
    classes
}

/// The classes of which an arm gained most against the baseline, and as many of which an arm lost most, in
/// turns: a gain of most classes must not hide the losses.
fn gained_and_lost(report: &Report, classes: Vec<usize>) -> Vec<usize> {
    let Some((baseline, others)) = report.arms.split_last() else {
        return classes;
    };
    let mean = |arm: &Arm, class: usize| Some(arm.classes.get(class)?.as_ref()?.mean);
    let changes = |class: usize| {
        let arms = others.iter();
        arms.filter_map(move |arm| Some(mean(arm, class)? - mean(baseline, class)?))
    };
    let gain = |class: usize| changes(class).fold(f64::NEG_INFINITY, f64::max);
    let loss = |class: usize| -changes(class).fold(f64::INFINITY, f64::min);
    let by = |value: &dyn Fn(usize) -> f64| {
        let mut sorted = classes.clone();
        sorted.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
        sorted
    };
    let mut chosen: Vec<usize> = vec![];
    let mut seen = HashSet::new();
    for pair in by(&gain).into_iter().zip(by(&loss)) {
        chosen.extend(
            <[usize; 2]>::from(pair)
                .into_iter()
                .filter(|class| seen.insert(*class)),
        );
    }
    chosen
}

fn row(report: &Report, keys: &[Key], class: usize, lane: f64) -> Row {
    let symbols = report
        .arms
        .iter()
        .zip(keys)
        .enumerate()
        .flat_map(|(index, (arm, key))| {
            let spread = arm.classes.get(class).copied().flatten();
            let shift = lane * (index as f64 - (keys.len() - 1) as f64 / 2.0);
            let (low, high) = spread.as_ref().map_or((f64::NAN, f64::NAN), span);
            let mean = spread.map_or(f64::NAN, |spread| spread.mean * 100.0);
            [Form::Thin(low, high), Form::Dot(mean)].map(|form| Symbol {
                slot: key.slot,
                shift,
                form,
            })
        });
    Row {
        label: report.classes[class].clone(),
        note: String::new(),
        is_mean: false,
        symbols: symbols.collect(),
    }
}

/// One standard deviation to either side of the mean, in percent, cut off at 0 and 100.
fn span(spread: &Spread) -> (f64, f64) {
    let deviation = spread.deviation.unwrap_or(0.0);
    let end = |value: f64| value.clamp(0.0, 1.0) * 100.0;
    (end(spread.mean - deviation), end(spread.mean + deviation))
}

fn in_words(report: &Report, shown: &[usize]) -> String {
    let classes = shown.iter().map(|&class| {
        let arms = report.arms.iter().filter_map(|arm| {
            let spread = arm.classes.get(class)?.as_ref()?;
            Some(format!("{} {}", arm.name, percent(spread.mean)))
        });
        format!(
            "{}: {}.",
            report.classes[class],
            arms.collect::<Vec<_>>().join(", ")
        )
    });
    classes.collect::<Vec<_>>().join(" ")
}

fn table(report: &Report, shown: &[usize]) -> DataTable {
    let all: Vec<usize> = (0..report.classes.len()).collect();
    let listed = if all.len() > MOST_CLASSES_ON_PAGE {
        shown
    } else {
        &all
    };
    // A column for each comparison, after those of the arms.
    let differences = report.comparisons.iter();
    let names = differences.map(|one| match report.comparisons.as_slice() {
        [_] => "Difference, points".to_owned(),
        _ => format!("{} − {}, points", one.arm, one.baseline),
    });
    let names: Vec<String> = names.collect();
    let rows = listed.iter().map(|&class| {
        let name = &report.classes[class];
        let cells = report.arms.iter().map(|arm| {
            let spread = arm.classes.get(class).and_then(Option::as_ref);
            spread.map_or_else(|| "no test images".to_owned(), percent_and_deviation)
        });
        let differences = report.comparisons.iter().map(|one| {
            let difference = one.classes.get(class).and_then(Option::as_ref);
            difference.map_or_else(String::new, difference_in_points)
        });
        [name.clone()]
            .into_iter()
            .chain(cells)
            .chain(differences)
            .collect()
    });
    DataTable::numbers(
        if has_intervals(report) {
            "Accuracy of each class: mean over the runs ± standard deviation; difference of the pairs with its 95% interval"
        } else {
            "Accuracy of each class: mean over the runs ± standard deviation"
        },
        head(
            "Class",
            report
                .arms
                .iter()
                .map(|arm| arm.name.as_str())
                .chain(names.iter().map(String::as_str)),
        ),
        rows.collect(),
    )
}

/// The mean difference and its interval, such as `+2.00 (+0.50 to +3.50)`.
fn difference_in_points(difference: &MeanDifference) -> String {
    let mean = points(difference.mean);
    // Equal differences have an interval without width, which would look like certainty.
    match difference.interval.filter(|(low, high)| low < high) {
        Some(ends) => format!("{mean} ({})", interval(ends, points)),
        None => mean,
    }
}

/// Whether a class has an interval in the table.
fn has_intervals(report: &Report) -> bool {
    let classes = report.comparisons.iter().flat_map(|one| &one.classes);
    classes
        .flatten()
        .any(|difference| difference.interval.is_some())
}
