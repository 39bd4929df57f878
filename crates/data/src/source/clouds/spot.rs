//! Where a cloud stands, for errors.

use std::path::Path;

use crate::DataError;

/// A file of one cloud, or a cloud in a file of many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    pub(super) path: &'a Path,
    /// The place in a file of many, from 0.
    pub(super) row: Option<usize>,
}

impl<'a> Spot<'a> {
    /// A file of one cloud.
    pub(super) fn file(path: &'a Path) -> Self {
        Self { path, row: None }
    }

    /// The error that the cloud here is not as `expected`.
    pub(super) fn fault(self, expected: &str, found: impl Into<String>) -> DataError {
        let expected = match self.row {
            None => expected.into(),
            Some(row) => format!("{expected} in cloud {row} (the first is 0)"),
        };
        DataError::format(self.path, expected, found)
    }
}
