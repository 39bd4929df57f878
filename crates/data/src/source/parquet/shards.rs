//! Whether a split has all of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::file_name::place_of;
use crate::DataError;

/// How many files a split has by the names of its files: `…-of-00007`.
pub(super) struct Shards(BTreeMap<(String, String), BTreeSet<usize>>);

impl Shards {
    /// What the names of all files say.
    pub(super) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut totals: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
        for name in names {
            let total = name.rsplit_once("-of-").and_then(|(_, rest)| {
                let digits = rest.split(['-', '.']).next()?;
                digits.parse::<usize>().ok()
            });
            totals.entry(place_of(name)).or_default().extend(total);
        }
        Self(totals)
    }

    /// Requires a split to have all of its files, and each once.
    ///
    /// # Errors
    /// Another number of files than their names say.
    pub(super) fn check(
        &self,
        place: &Path,
        config: &str,
        split: &str,
        found: usize,
    ) -> Result<(), DataError> {
        let totals = self.0.get(&(config.to_owned(), split.to_owned()));
        let Some(total) = totals.and_then(BTreeSet::last) else {
            return Ok(());
        };
        if *total == found {
            return Ok(());
        }
        let expected = format!("{total} files of the split {split}, as their names say");
        let fault = DataError::format(place, expected, found.to_string());
        Err(fault.hinted(
            "get the files that are missing, or remove those that are there in two versions",
        ))
    }
}
