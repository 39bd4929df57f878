//! The section on accuracy on damaged samples.

use maud::{Markup, html};

use super::Section;
use super::data_table::{DataTable, head};
use super::format::{counted, interval, percent_and_deviation, points};
use crate::corruptions::CorruptionKind;
use crate::{Arm, Comparison, Corruptions, MeanDifference, Report, Spread};

/// The section, if an arm was judged on damaged samples.
pub(super) fn section(report: &Report) -> Option<Section> {
    let judged = |arm| -> Option<(&Arm, &Corruptions<Spread>)> {
        let arm: &Arm = arm;
        Some((arm, arm.corruptions.as_ref()?))
    };
    let arms: Vec<_> = report.arms.iter().filter_map(judged).collect();
    let (_, first) = arms.first()?;
    let alike = arms.iter().all(|(_, one)| first.was_judged_like(one));
    let body = html! {
        p {
            (what(first))
            @if alike { " All networks were shown the same ones." }
        }
        @if alike {
            (accuracies(first, &arms).markup())
        } @else {
            @for one in &arms { (accuracies(one.1, std::slice::from_ref(one)).markup()) }
        }
        (differences(report))
    };
    Some(Section {
        id: "corruptions",
        title: "Damaged samples",
        body,
    })
}

/// What was judged, in words.
fn what(first: &Corruptions<Spread>) -> String {
    let kinds: Vec<&str> = first.kinds.iter().map(|kind| kind.name.as_str()).collect();
    format!(
        "After its last epoch, each network was shown {} as they are and damaged, in {} ways ({}) and at {}.",
        counted(first.samples, "test sample"),
        kinds.len(),
        kinds.join(", "),
        counted(first.strengths().count() / kinds.len().max(1), "strength")
    )
}

/// The name of a row: a kind of damage and its strength.
fn name<T>(kind: &CorruptionKind<T>, strength: f64) -> String {
    format!("{},\u{a0}{} {strength}", kind.name, kind.unit)
}

/// Accuracies, one column for each of these arms, which were judged like `first`.
fn accuracies(first: &Corruptions<Spread>, arms: &[(&Arm, &Corruptions<Spread>)]) -> DataTable {
    let row = |name: String, of: &dyn Fn(&Corruptions<Spread>) -> Spread| {
        let cells = arms.iter().map(|(_, one)| percent_and_deviation(&of(one)));
        [name].into_iter().chain(cells).collect::<Vec<_>>()
    };
    let mut rows = vec![
        row("unchanged".into(), &|one| one.clean),
        row("mean of all damage".into(), &|one| one.mean),
    ];
    for (at, kind) in first.kinds.iter().enumerate() {
        for (level, found) in kind.levels.iter().enumerate() {
            rows.push(row(name(kind, found.strength), &|one| {
                one.kinds[at].levels[level].accuracy
            }));
        }
    }
    let names: Vec<&str> = arms.iter().map(|(arm, _)| arm.name.as_str()).collect();
    let of = match names[..] {
        [one] => format!(" by {one}"),
        _ => String::new(),
    };
    DataTable::numbers(
        format!(
            "Predicted right of the damaged samples{of}: mean over the runs ± standard deviation"
        ),
        head("Damage", names),
        rows,
    )
}

/// The arms against the baseline, if they were judged in the same way.
fn differences(report: &Report) -> Markup {
    let compared: Vec<(&Comparison, &Corruptions<MeanDifference>)> = report
        .comparisons
        .iter()
        .filter_map(|comparison| Some((comparison, comparison.corruptions.as_ref()?)))
        .collect();
    let has_intervals = compared.iter().any(|(_, of)| of.clean.interval.is_some());
    html! {
        @for (comparison, of) in &compared { (difference_table(comparison, of).markup()) }
        @if !compared.is_empty() {
            p.small {
                "Above 0, the arm is right on more of the samples than the baseline. This is exploratory: the "
                "verdict uses the unchanged test samples."
                @if has_intervals {
                    " Each interval covers 95% on its own, so among many of them one leaves out 0 now and then "
                    "without any true difference. The mean of all damage is one figure and has no such trouble."
                }
            }
        }
    }
}

/// Differences of one arm and the baseline.
fn difference_table(comparison: &Comparison, of: &Corruptions<MeanDifference>) -> DataTable {
    let row = |name: String, of: &MeanDifference| {
        let interval = of.interval.map_or_else(
            || "none: one pair".to_owned(),
            |ends| interval(ends, points),
        );
        vec![name, points(of.mean), interval]
    };
    let mut rows = vec![
        row("unchanged".into(), &of.clean),
        row("mean of all damage".into(), &of.mean),
    ];
    for kind in &of.kinds {
        rows.push(row(format!("mean of {}", kind.name), &kind.mean));
        for level in &kind.levels {
            rows.push(row(name(kind, level.strength), &level.accuracy));
        }
    }
    DataTable::numbers(
        format!(
            "{} minus {} on the damaged samples, over {}: exploratory",
            comparison.arm,
            comparison.baseline,
            counted(of.clean.pairs, "pair")
        ),
        head("Damage", ["Mean difference, points", "95% interval"]),
        rows,
    )
}
