//! The files of a report: the page, its numbers, and tables.

use std::path::{Path, PathBuf};

use mixup_evidence::{MixedPair, Report, page, tables};

use crate::failure::Failure;
use crate::files::{self, write_whole};

const PAGE: &str = "report.html";

/// Writes the page and its tables into `folder`, and returns the page's path.
///
/// The files are `report.html`, `report.json`, `runs.csv`, `epochs.csv`; with pairs also `pairs.csv`,
/// with attacked images also `robustness.csv`, with more than 50 classes also `classes.csv`. The page shows the mixed `pairs`.
///
/// # Errors
/// [`Failure::File`].
pub(crate) fn write(
    report: &Report,
    pairs: &[MixedPair],
    folder: &Path,
) -> Result<PathBuf, Failure> {
    files::create_folder(folder)?;
    write_whole(
        &folder.join("report.json"),
        files::json_text(report).as_bytes(),
    )?;
    write_whole(&folder.join("runs.csv"), tables::runs(report).as_bytes())?;
    write_whole(
        &folder.join("epochs.csv"),
        tables::epochs(report).as_bytes(),
    )?;
    write_or_remove(&folder.join("pairs.csv"), &tables::pairs(report))?;
    write_or_remove(&folder.join("robustness.csv"), &tables::robustness(report))?;
    write_or_remove(
        &folder.join("corruptions.csv"),
        &tables::corruptions(report),
    )?;
    write_or_remove(&folder.join("classes.csv"), &tables::classes(report))?;
    let path = folder.join(PAGE);
    write_whole(&path, page(report, pairs).as_bytes())?;
    Ok(path)
}

/// Writes `table` to `path` if it has rows after its header. Otherwise removes the table of an earlier
/// report, because it would contradict this one. A user's file with another header is left alone.
fn write_or_remove(path: &Path, table: &str) -> Result<(), Failure> {
    if table.lines().nth(1).is_some() {
        return write_whole(path, table.as_bytes());
    }
    let earlier = files::read_text(path).unwrap_or_default();
    if earlier.lines().next() == table.lines().next() {
        files::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
