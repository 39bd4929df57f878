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
    /// What the command line changed in the experiments: the values of `--set`. Versions before 0.3.0 had none.
    #[serde(default, rename = "set", skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// How many pairs the last command asked for. Versions before 0.3.0 kept none.
    #[serde(default, rename = "pairs", skip_serializing_if = "is_zero")]
    pub planned_pairs: usize,
    /// The number of pairs in each report so far. Repeating a report of the same pairs adds nothing.
    #[serde(default, rename = "looks")]
    pub reported_pairs: Vec<usize>,
}

fn is_zero(pairs: &usize) -> bool {
    *pairs == 0
}

impl Manifest {
    /// A comparison of these arms, the baseline last, with these changes, of so many pairs and without a report.
    pub(crate) fn new(arms: Vec<String>, changes: Vec<String>, planned_pairs: usize) -> Self {
        Self {
            arms,
            changes,
            planned_pairs,
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

    /// Checks that `folder` is free, or is already a comparison of these arms or of some of them.
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
            Some(found) if self.extends(&found) => return Ok(()),
            Some(found) => {
                let has =
                    |one: &Self, all: &Self| one.arms.iter().all(|arm| all.arms.contains(arm));
                let hint = match (has(self, &found), has(&found, self)) {
                    (true, true) => {
                        "name the experiments, or the values of a sweep, in the comparison's order"
                    }
                    (true, false) => {
                        "name all experiments of the comparison, or all values of the sweep, or another folder with --out"
                    }
                    _ => other_folder,
                };
                (format!("one of {}", in_words(&found.arms)), hint)
            }
            None if is_taken => ("other files".to_owned(), other_folder),
            None => return Ok(()),
        };
        Err(Failure::usage(
            format!(
                "{}: expected a comparison of {} or an empty folder, found {found}",
                folder.display(),
                in_words(&self.arms)
            ),
            hint,
        ))
    }

    /// Whether this is the comparison `found`, or has more arms against the same baseline.
    fn extends(&self, found: &Self) -> bool {
        let mut known = found.arms.iter().peekable();
        for arm in &self.arms {
            known.next_if(|known| *known == arm);
        }
        known.peek().is_none() && found.arms.last() == self.arms.last()
    }

    /// Makes `folder` a comparison of these arms. One that it is already keeps its reports.
    ///
    /// # Errors
    /// As [`check`](Self::check), and [`Failure::File`].
    pub(crate) fn create(&self, folder: &Path) -> Result<(), Failure> {
        self.check(folder)?;
        match Self::read(folder)? {
            Some(found) => {
                let kept = Self {
                    reported_pairs: found.reported_pairs.clone(),
                    ..self.clone()
                };
                if kept == found {
                    return Ok(());
                }
                kept.write(folder)
            }
            None => {
                files::create_folder(folder)?;
                self.write(folder)
            }
        }
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

/// The names of arms: `a`, `a and b`, `a, b and c`.
fn in_words(arms: &[String]) -> String {
    match arms.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => arms.concat(),
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
