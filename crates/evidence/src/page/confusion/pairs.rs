//! The most confused pairs of classes, for reports of too many classes for a matrix.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::super::{
    data_table::{Cells, DataTable, head},
    format::{counted, grouped, percent, points},
    key::Key,
};
use crate::{Arm, Report};

/// Pairs in a table.
pub(super) const SHOWN: usize = 20;

/// True class and predicted class.
type Pair = (u16, u16);

/// The tables of all arms, and of the differences from the baseline.
pub(super) fn body(report: &Report, keys: &[Key]) -> Markup {
    let classes = grouped(report.classes.len());
    html! {
        p {
            "A matrix of " (classes) " classes is too large to read, so these are the " (SHOWN) " pairs of "
            "classes that were confused most: the true class, the class that was predicted, how many images "
            "this happened to, and their share of the true class. All runs of an arm are added up. "
            code { "report.json" } " has all pairs."
        }
        div.duo {
            @for (arm, key) in report.arms.iter().zip(keys) {
                div { p.legend { (key.symbol()) } (of_arm(report, arm)) }
            }
        }
        @if let Some((baseline, others)) = report.arms.split_last() {
            @if !others.is_empty() {
                h3 { "Where they differ" }
                p {
                    "The " (SHOWN) " pairs whose share of the true class differs most from the baseline’s. "
                    "Each is a mistake, so less is better."
                }
                div.duo { @for arm in others { div { (difference(report, arm, baseline)) } } }
            }
        }
    }
}

fn of_arm(report: &Report, arm: &Arm) -> Markup {
    let all = arm.confusion.images_by_class();
    let mut wrong: Vec<(Pair, u32)> = arm
        .confusion
        .cells()
        .filter(|cell| !cell.is_right())
        .map(|cell| ((cell.label, cell.predicted), cell.images))
        .collect();
    if wrong.is_empty() {
        return html! { p { "No image of " (arm.name) " was predicted wrong." } };
    }
    wrong.sort_by_key(|&(pair, images)| (std::cmp::Reverse(images), pair));
    let rows = wrong.iter().take(SHOWN).map(|&(pair, images)| {
        let share = f64::from(images) / all[usize::from(pair.0)] as f64;
        let [label, predicted] = names(report, pair);
        vec![label, predicted, grouped(images as usize), percent(share)]
    });
    table(
        format!(
            "Most confused pairs of classes, {}, {}",
            arm.name,
            counted(arm.runs.len(), "run")
        ),
        head(
            "True class",
            ["Predicted as", "Images", "Share of the class"],
        ),
        rows.collect(),
    )
}

fn difference(report: &Report, arm: &Arm, baseline: &Arm) -> Markup {
    let mut shares: BTreeMap<Pair, [f64; 2]> = BTreeMap::new();
    for (index, arm) in [arm, baseline].into_iter().enumerate() {
        let all = arm.confusion.images_by_class();
        for cell in arm.confusion.cells().filter(|cell| !cell.is_right()) {
            let share = f64::from(cell.images) / all[usize::from(cell.label)] as f64;
            shares.entry((cell.label, cell.predicted)).or_default()[index] = share;
        }
    }
    let mut pairs: Vec<(Pair, [f64; 2])> = shares.into_iter().collect();
    pairs.retain(|(_, [a, b])| a != b);
    if pairs.is_empty() {
        return html! { p { (arm.name) " and " (baseline.name) " are equal." } };
    }
    // The sort keeps the order of the classes where differences are equal.
    pairs.sort_by(|(_, [a, b]), (_, [c, d])| (c - d).abs().total_cmp(&(a - b).abs()));
    let rows = pairs.iter().take(SHOWN).map(|&(pair, [a, b])| {
        let [label, predicted] = names(report, pair);
        vec![label, predicted, percent(a), percent(b), points(a - b)]
    });
    table(
        format!("Largest differences of {} and {}", arm.name, baseline.name),
        head(
            "True class",
            [
                "Predicted as",
                &arm.name,
                &baseline.name,
                "Difference, points",
            ],
        ),
        rows.collect(),
    )
}

fn names(report: &Report, (label, predicted): Pair) -> [String; 2] {
    [label, predicted].map(|class| report.classes[usize::from(class)].clone())
}

fn table(caption: String, head: Vec<String>, rows: Vec<Vec<String>>) -> Markup {
    DataTable {
        caption,
        head,
        rows,
        cells: Cells::Words,
    }
    .markup()
}

#[cfg(test)]
mod tests;
