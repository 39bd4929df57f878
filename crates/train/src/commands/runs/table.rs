//! Runs as a table that fits a terminal.

use mixup_evidence::ChosenBy;

use crate::run::listing::ListedRun;

const HEADER: [&str; 7] = [
    "run",
    "experiment",
    "seed",
    "epochs",
    "state",
    "accuracy",
    "size",
];
/// The most characters of an experiment's name.
const LONGEST_NAME: usize = 16;
/// Between two columns.
const GAP: &str = "  ";

/// The lines of the table, for a terminal with `width` columns: a header, then a line for each run. A path without
/// room next to the other columns has a line of its own, whole, so that it can be copied.
pub(crate) fn lines(runs: &[ListedRun], width: usize) -> Vec<String> {
    let header = HEADER.map(String::from);
    let rows: Vec<_> = std::iter::once(header)
        .chain(runs.iter().map(cells))
        .collect();
    let widths: [usize; 7] = std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    });
    let others: usize = widths[1..].iter().map(|width| width + GAP.len()).sum();
    let room = width
        .saturating_sub(others)
        .clamp(HEADER[0].len(), widths[0].max(HEADER[0].len()));
    let mut lines = vec![];
    for row in &rows {
        let [path, figures @ ..] = row;
        let mut line = format!("{path:<room$}");
        if path.chars().count() > room {
            lines.push(std::mem::replace(&mut line, " ".repeat(room)));
        }
        for (column, cell) in (1..).zip(figures) {
            let width = widths[column];
            // Words stand at the left, numbers at the right.
            line += GAP;
            line += &match HEADER[column] {
                "experiment" | "state" => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            };
        }
        lines.push(line.trim_end().to_owned());
    }
    if runs.iter().any(is_of_validation) {
        lines.push("v: accuracy on the validation images; all others on the test images".into());
    }
    lines
}

fn is_of_validation(run: &ListedRun) -> bool {
    let accuracy = run.facts.as_ref().and_then(|facts| facts.accuracy);
    accuracy.is_some_and(|(_, split)| split == ChosenBy::Validation)
}

fn cells(run: &ListedRun) -> [String; 7] {
    let facts = run.facts.as_ref();
    let text = |cell: Option<String>| cell.unwrap_or_else(|| "-".into());
    let accuracy = facts
        .and_then(|facts| facts.accuracy)
        .map(|(share, split)| {
            let mark = match split {
                ChosenBy::Test => "",
                ChosenBy::Validation => " v",
            };
            format!("{:.2}%{mark}", 100.0 * share)
        });
    [
        run.path.display().to_string(),
        text(facts.map(|facts| shortened(&facts.experiment))),
        text(facts.map(|facts| facts.seed.to_string())),
        text(facts.map(|facts| format!("{}/{}", facts.epochs_done, facts.epochs))),
        run.state.name().into(),
        text(accuracy),
        size(run.bytes),
    ]
}

/// A name with at most [`LONGEST_NAME`] characters.
fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    let start: String = name.chars().take(LONGEST_NAME - 1).collect();
    format!("{start}…")
}

/// Such as `850 kB`, `12.3 MB` or `1.2 GB`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes as f64 {
        bytes if bytes < 999_500.0 => format!("{:.0} kB", bytes / 1e3),
        bytes if bytes < 999_950_000.0 => format!("{:.1} MB", bytes / 1e6),
        bytes => format!("{:.1} GB", bytes / 1e9),
    }
}

#[cfg(test)]
mod tests;
