//! `comparison.json`: makes a folder a comparison, and remembers its reports.

use std::ffi::OsStr;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::files::{self, read_json};

const MANIFEST: &str = "comparison.json";

/// The content of `comparison.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The names of the experiments, the baseline last.
    pub arms: Vec<String>,
    /// The number of pairs in each report so far. Repeating a report of the same pairs adds nothing.
    #[serde(default, rename = "looks")]
    pub reported_pairs: Vec<usize>,
}

impl Manifest {
    /// A comparison of these arms, the baseline last, without a report.
    pub(crate) fn new(arms: Vec<String>) -> Self {
        Self {
            arms,
            reported_pairs: vec![],
        }
    }

    /// The manifest in `folder`; none if `folder` is no comparison.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it is damaged.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(MANIFEST);
        path.is_file().then(|| read_json(&path)).transpose()
    }

    /// Checks that `folder` is free, or is already a comparison of these arms.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it is a comparison of other arms, or has other files.
    pub(crate) fn check(&self, folder: &Path) -> Result<(), Failure> {
        let other_folder = "name another folder with --out";
        let manifest = Self::read(folder)?;
        // Looked at once: another part of this comparison may write the manifest just now.
        let is_taken = manifest.is_none() && is_taken(folder);
        let manifest = match manifest {
            None if is_taken => Self::read(folder)?,
            found => found,
        };
        let (found, hint) = match manifest {
            Some(found) if found.arms == self.arms => return Ok(()),
            Some(found) => {
                let is_swapped = found.arms.iter().rev().eq(&self.arms);
                let hint = if is_swapped {
                    "name the experiments in the comparison's order"
                } else {
                    other_folder
                };
                (format!("one of {}", found.arms.join(" and ")), hint)
            }
            None if is_taken => ("other files".to_owned(), other_folder),
            None => return Ok(()),
        };
        Err(Failure::usage(
            format!(
                "{}: expected a comparison of {} or an empty folder, found {found}",
                folder.display(),
                self.arms.join(" and ")
            ),
            hint,
        ))
    }

    /// Makes `folder` a comparison of these arms, unless it is one already.
    ///
    /// # Errors
    /// As [`check`](Self::check), and [`Failure::File`].
    pub(crate) fn create(&self, folder: &Path) -> Result<(), Failure> {
        self.check(folder)?;
        if Self::read(folder)?.is_some() {
            return Ok(());
        }
        files::create_folder(folder)?;
        self.write(folder)
    }

    /// Records a report of `pairs` pairs. Returns the numbers of pairs of the earlier reports that had
    /// fewer.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(crate) fn record_report(
        &mut self,
        folder: &Path,
        pairs: usize,
    ) -> Result<Vec<usize>, Failure> {
        if self.reported_pairs.last() != Some(&pairs) {
            self.reported_pairs.push(pairs);
            self.write(folder)?;
        }
        let earlier = self.reported_pairs.iter().copied();
        Ok(earlier.filter(|&reported| reported < pairs).collect())
    }

    fn write(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(MANIFEST);
        let text = format!("{}\n", files::json_line(self));
        files::write_whole(&path, text.as_bytes())
    }
}

/// Whether a killed process has left a file of this name. Version 0.2.0 began such names with `.comparison-`.
fn is_left(name: &OsStr) -> bool {
    files::is_left_of(MANIFEST, name) || name.to_string_lossy().starts_with(".comparison-")
}

/// Whether something other than an empty folder is at `folder`.
fn is_taken(folder: &Path) -> bool {
    match files::names_in(folder) {
        Ok(names) => names.iter().any(|name| !is_left(name)),
        Err(_) => folder.exists(),
    }
}

#[cfg(test)]
mod tests;
