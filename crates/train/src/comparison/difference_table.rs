//! Several arms against one baseline on the screen: a line for each difference.

use mixup_evidence::{Comparison, Outcome, PairedDifference, Report, points, points_range};

/// The columns after the arm or the value.
const HEADER: [&str; 5] = [
    "difference",
    "95% interval",
    "sign-flip p",
    "pairs",
    "verdict",
];

/// A header and a line for each arm of a report that compares several; else nothing.
///
/// Arms that differ in one number alone are in its order, with the number in place of the arm's name. Differences
/// are in points of test accuracy.
pub(crate) fn difference_table(report: &Report) -> Vec<String> {
    if report.comparisons.len() < 2 {
        return vec![];
    }
    let (first, rows): (&str, Vec<[String; 6]>) = match &report.sweep {
        Some(sweep) => {
            let points = sweep.points.iter();
            let row =
                |value: f64, difference, outcome| cells(&value.to_string(), difference, outcome);
            (
                &sweep.key,
                points
                    .map(|one| row(one.value, &one.difference, one.outcome))
                    .collect(),
            )
        }
        None => {
            let row = |one: &Comparison| cells(&one.arm, &one.last, one.outcome);
            ("arm", report.comparisons.iter().map(row).collect())
        }
    };
    let header: Vec<String> = [first]
        .iter()
        .chain(&HEADER)
        .map(|cell| (*cell).to_owned())
        .collect();
    let rows = std::iter::once(header).chain(rows.into_iter().map(Vec::from));
    aligned(&rows.collect::<Vec<_>>())
}

fn cells(name: &str, difference: &PairedDifference, outcome: Outcome) -> [String; 6] {
    [
        name.to_owned(),
        points(difference.mean),
        difference
            .interval
            .map_or_else(|| "none: one pair".to_owned(), points_range),
        format!("{:.3}", difference.sign_flip_p),
        difference.pairs.to_string(),
        in_words(outcome).to_owned(),
    ]
}

/// The verdict on one arm.
fn in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::OnePair => "one pair",
        Outcome::Better => "better",
        Outcome::Worse => "worse",
        Outcome::Unsure => "not settled",
        Outcome::NotShown => "no difference shown",
    }
}

/// The rows as lines with columns two blanks apart.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let length = |cell: &String| cell.chars().count();
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .map(|row| length(&row[column]))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, &width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests;
