//! The files of a report: the page, its numbers, and tables.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use mixup_evidence::{MixedPair, Report, ResultRow, page, tables};

use crate::failure::Failure;
use crate::run_folder::write_whole;

const PAGE: &str = "report.html";

/// Writes `report.html`, `report.json`, `runs.csv`, `epochs.csv` and, where there are pairs, `pairs.csv`
/// into `folder`; gives the page's path.
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
    let pairs_file = folder.join("pairs.csv");
    if report.comparisons.is_empty() {
        // One of an earlier report would speak of pairs that this one has not.
        let text = fs::read_to_string(&pairs_file).unwrap_or_default();
        if text.lines().next() == tables::pairs(report).lines().next() {
            fs::remove_file(&pairs_file).map_err(Failure::file(&pairs_file))?;
        }
    } else {
        write_whole(&pairs_file, tables::pairs(report).as_bytes())?;
    }
    let path = folder.join(PAGE);
    write_whole(&path, page(report, pairs).as_bytes())?;
    Ok(path)
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
