//! The files of a report: the page, its numbers, and tables.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use mixup_evidence::{MixedPair, Report, ResultRow, page, tables};

use crate::failure::Failure;
use crate::run::folder::write_whole;

const PAGE: &str = "report.html";

/// Writes `report.html`, `report.json`, `runs.csv`, `epochs.csv` and, where there are pairs or attacked
/// images, `pairs.csv` and `robustness.csv` into `folder`; gives the page's path.
///
/// # Errors
/// [`Failure::File`].
pub fn write(report: &Report, pairs: &[MixedPair], folder: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    let json = serde_json::to_string_pretty(report).expect("numbers and strings have a JSON form");
    write_whole(&folder.join("report.json"), format!("{json}\n").as_bytes())?;
    write_whole(&folder.join("runs.csv"), tables::runs(report).as_bytes())?;
    write_whole(
        &folder.join("epochs.csv"),
        tables::epochs(report).as_bytes(),
    )?;
    let has_pairs = !report.comparisons.is_empty();
    write_or_remove(&folder.join("pairs.csv"), &tables::pairs(report), has_pairs)?;
    let is_attacked = report.arms.iter().any(|arm| arm.robustness.is_some());
    let file = folder.join("robustness.csv");
    write_or_remove(&file, &tables::robustness(report), is_attacked)?;
    let path = folder.join(PAGE);
    write_whole(&path, page(report, pairs).as_bytes())?;
    Ok(path)
}

/// Writes the table at `path`, or removes one of an earlier report, which would speak of what this one has
/// not.
fn write_or_remove(path: &Path, table: &str, has_rows: bool) -> Result<(), Failure> {
    if has_rows {
        return write_whole(path, table.as_bytes());
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    if there.lines().next() == table.lines().next() {
        fs::remove_file(path).map_err(Failure::file(path))?;
    }
    Ok(())
}

/// Adds a row for each comparison of `report` to the file at `path`; `label` is what a table calls it,
/// and a command of `commands` repeats each.
///
/// # Errors
/// [`Failure::Usage`] where the report compares nothing, else [`Failure::File`].
pub fn add_rows(
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
    let mut text = String::new();
    for (index, command) in commands.iter().enumerate() {
        let label = label.map(str::to_owned);
        let row = ResultRow::of(report, index, label, (*command).to_owned());
        text += &serde_json::to_string(&row).expect("numbers and strings have a JSON form");
        text.push('\n');
    }
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(Failure::file(path))?;
    file.write_all(text.as_bytes()).map_err(Failure::file(path))
}
