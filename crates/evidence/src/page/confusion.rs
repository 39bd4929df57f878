//! The section on confusion matrices.

mod cells;
mod pairs;

use maud::{Markup, html};

use super::{
    MOST_CLASSES_ON_PAGE, Section,
    data_table::{DataTable, head},
    figure::Figure,
    format::{counted, percent, points},
    key::Key,
};
use crate::{
    Arm, Report,
    chart::{
        Alternative, marker,
        matrix::{Matrix, NUMBERED, matrix},
    },
};
use cells::{SHARES, difference_cell, share_cell, shares};

pub(super) fn section(report: &Report, keys: &[Key]) -> Section {
    if report.classes.len() > MOST_CLASSES_ON_PAGE {
        return Section {
            id: "confusion",
            title: "Most confused classes",
            body: pairs::body(report, keys),
        };
    }
    let arms = report.arms.iter().zip(keys).enumerate();
    let baseline = report.arms.last().zip(keys.last());
    let others = report.arms.len().saturating_sub(1);
    let body = html! {
        p {
            "Each row is a true class, each column a predicted class; the diagonal is right. "
            @if report.classes.len() <= NUMBERED { "Numbers are percent of the row. " }
            "All runs of an arm are added up."
        }
        (shades())
        div.duo {
            @for (index, (arm, key)) in arms { (of_arm(report, arm, key, index)) }
        }
        @if let Some((baseline, baseline_key)) = baseline {
            @if others > 0 {
                h3 { "Where they differ" }
                p {
                    "Each arm’s share minus the baseline’s, in points. On the diagonal more is better, "
                    "off it less."
                }
                div.duo {
                    @for (index, (arm, key)) in report.arms.iter().zip(keys).enumerate().take(others) {
                        (difference(report, (arm, key), (baseline, baseline_key), index))
                    }
                }
            }
        }
    };
    Section {
        id: "confusion",
        title: "Confusion matrices",
        body,
    }
}

/// The legend of the shades.
fn shades() -> Markup {
    html! {
        ul.legend.shades aria-label="Shades: from this share of the row on" {
            @for (index, share) in SHARES.iter().enumerate() {
                li {
                    span.swatch aria-hidden="true" { i class={ "h" (index + 1) } {} }
                    "from " (share * 100.0) "%"
                }
            }
        }
    }
}

fn of_arm(report: &Report, arm: &Arm, key: &Key, index: usize) -> Markup {
    let shares = shares(&arm.confusion.to_rows());
    let cells = shares
        .iter()
        .map(|row| row.iter().map(|&share| share_cell(share)).collect());
    let chart = Matrix {
        classes: &report.classes,
        cells: cells.collect(),
        first_slot: key.slot,
        second_slot: key.slot,
    };
    let alternative = Alternative {
        id: format!("chart-confusion-{index}"),
        title: format!("Confusion matrix of {}", arm.name),
        text: in_words(report, &shares),
    };
    let figure = Figure {
        legend: html! { p.legend { (key.symbol()) } },
        chart: matrix(&alternative, &chart),
        caption: html! { (arm.name) ", " (counted(arm.runs.len(), "run")) "." },
        table: if report.classes.len() <= NUMBERED {
            counts(report, arm)
        } else {
            mistakes(report, arm, &shares)
        },
    };
    figure.markup()
}

fn difference(
    report: &Report,
    (arm, key): (&Arm, &Key),
    (baseline, baseline_key): (&Arm, &Key),
    index: usize,
) -> Markup {
    let rows = shares(&arm.confusion.to_rows())
        .into_iter()
        .zip(shares(&baseline.confusion.to_rows()));
    let differences: Vec<Vec<f64>> = rows
        .map(|(a, b)| a.iter().zip(&b).map(|(a, b)| a - b).collect())
        .collect();
    let cells = differences
        .iter()
        .map(|row| row.iter().map(|&d| difference_cell(d)).collect());
    let chart = Matrix {
        classes: &report.classes,
        cells: cells.collect(),
        first_slot: key.slot,
        second_slot: baseline_key.slot,
    };
    let largest = largest(report, &differences);
    let alternative = Alternative {
        id: format!("chart-confusion-difference-{index}"),
        title: format!(
            "Confusion matrix of {} minus that of {}",
            arm.name, baseline.name
        ),
        text: match largest.as_slice() {
            [] => "The two are equal.".to_owned(),
            some => format!(
                "Largest differences: {}.",
                some.iter()
                    .map(|row| format!("{} as {} {} points", row[0], row[1], row[2]))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        },
    };
    let figure = Figure {
        legend: html! {
            ul.legend {
                li { span class={ "swatch " (marker::colour(key.slot)) } aria-hidden="true" { i.h5 {} } "more with " (key.name) }
                li { span class={ "swatch " (marker::colour(baseline_key.slot)) } aria-hidden="true" { i.h5 {} } "more with " (baseline_key.name) }
            }
        },
        chart: matrix(&alternative, &chart),
        caption: html! {
            (arm.name) " minus " (baseline.name) ", points of the row. Shades begin at 0.5, 1, 2, 4 and 8 points."
        },
        table: DataTable::numbers(
            format!("Largest differences of {} and {}", arm.name, baseline.name),
            head("True class", ["Predicted as", "Difference, points"]),
            largest,
        ),
    };
    figure.markup()
}

/// True class, predicted class and value of the ten cells that are furthest from 0.
fn largest(report: &Report, values: &[Vec<f64>]) -> Vec<Vec<String>> {
    let mut cells: Vec<(usize, usize, f64)> = values
        .iter()
        .enumerate()
        .flat_map(|(row, values)| {
            values
                .iter()
                .enumerate()
                .map(move |(column, &value)| (row, column, value))
        })
        .filter(|(_, _, value)| *value != 0.0)
        .collect();
    cells.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    let cells = cells.into_iter().take(10);
    cells
        .map(|(row, column, value)| {
            vec![
                report.classes[row].clone(),
                report.classes[column].clone(),
                points(value),
            ]
        })
        .collect()
}

fn in_words(report: &Report, shares: &[Vec<f64>]) -> String {
    let count = shares.len();
    let mut mistakes: Vec<(usize, usize)> = (0..count)
        .flat_map(|row| (0..count).map(move |column| (row, column)))
        .filter(|&(row, column)| row != column && shares[row][column] > 0.0)
        .collect();
    mistakes.sort_by(|a, b| shares[b.0][b.1].total_cmp(&shares[a.0][a.1]));
    let named = mistakes.iter().take(5).map(|&(row, column)| {
        format!(
            "{} as {} {}",
            report.classes[row],
            report.classes[column],
            percent(shares[row][column])
        )
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        return "No image was predicted wrong.".to_owned();
    }
    format!("Most frequent mistakes: {}.", named.join(", "))
}

fn counts(report: &Report, arm: &Arm) -> DataTable {
    let rows = report
        .classes
        .iter()
        .zip(arm.confusion.to_rows())
        .map(|(name, row)| {
            let cells = row.iter().map(u32::to_string);
            [name.clone()].into_iter().chain(cells).collect()
        });
    DataTable::numbers(
        format!("Images of each true class by predicted class, {}", arm.name),
        head("True class", report.classes.iter().map(String::as_str)),
        rows.collect(),
    )
}

/// A short table for many classes, which have thousands of counts.
fn mistakes(report: &Report, arm: &Arm, shares: &[Vec<f64>]) -> DataTable {
    let rows = report
        .classes
        .iter()
        .enumerate()
        .zip(shares)
        .map(|((class, name), row)| {
            let wrong = row
                .iter()
                .enumerate()
                .filter(|(column, share)| *column != class && **share > 0.0);
            let worst = wrong.max_by(|a, b| a.1.total_cmp(b.1));
            let worst = worst.map_or_else(
                || "none".to_owned(),
                |(column, share)| format!("{} {}", report.classes[column], percent(*share)),
            );
            vec![name.clone(), percent(row[class]), worst]
        });
    DataTable::numbers(
        format!("Each class and its most frequent mistake, {}", arm.name),
        head("True class", ["Right", "Most often taken for"]),
        rows.collect(),
    )
}
