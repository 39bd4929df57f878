//! The file of rows from which `mixup table` makes its table: one comparison a line.

use std::path::Path;

use mixup_evidence::{Report, ResultRow};

use crate::failure::Failure;
use crate::files;

/// Adds a row for each comparison of `report` to the file at `path`. `label` is the row's name in the
/// table; `commands` has the command that repeats each comparison.
///
/// # Errors
/// [`Failure::Usage`] if the report compares nothing, or if the file has anything but rows, else [`Failure::File`].
pub(crate) fn add_rows(
    report: &Report,
    label: Option<&str>,
    commands: &[&str],
    path: &Path,
) -> Result<(), Failure> {
    if report.comparisons.is_empty() {
        return Err(Failure::usage(
            "--row: expected runs of two experiments with one seed, found no such pair",
            "name the runs of both experiments",
        ));
    }
    if path.exists() {
        // A row at the end of another file would damage it.
        read_rows(path)?;
    }
    let mut text = String::new();
    for (index, command) in commands.iter().enumerate() {
        let label = label.map(str::to_owned);
        let row = ResultRow::new(report, index, label, (*command).to_owned());
        text += &files::json_line(&row);
        text.push('\n');
    }
    files::append_lines(path, &text)
}

/// Reads the rows of the file at `path`. Blank lines are skipped.
///
/// # Errors
/// [`Failure::Usage`] if the file cannot be read or a row is damaged.
pub(crate) fn read_rows(path: &Path) -> Result<Vec<ResultRow>, Failure> {
    let text = files::read_text(path).map_err(|error| {
        Failure::usage(
            format!("{}: {error}", path.display()),
            "give a file that `mixup report RUN --row FILE` has written",
        )
    })?;
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Failure::usage(
                    format!(
                        "{}:{number}: expected a row of `mixup report --row`, found {error}",
                        path.display()
                    ),
                    "remove the line, or write it anew with: mixup report RUN --row FILE",
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
