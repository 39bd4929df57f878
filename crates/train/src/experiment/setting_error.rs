//! The error of one setting.

use mixup_data::DataError;
use thiserror::Error;

/// A setting with a value that is not allowed. Its text is `key: expected …, found …`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{key}: expected {expected}, found {found}")]
pub struct SettingError {
    /// The key as in the file, such as `optimizer.learning_rate`; without its table if the table cannot be
    /// read.
    pub key: String,
    /// What is allowed.
    pub expected: String,
    /// What the file has.
    pub found: String,
}

impl SettingError {
    /// The error of `key`.
    pub fn new(
        key: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            key: key.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }
}

/// The setting's error of what the data crate refuses of a table.
pub(super) fn in_table(table: &str, error: DataError) -> SettingError {
    match error {
        DataError::Setting {
            setting,
            expected,
            found,
        } => SettingError::new(format!("{table}.{setting}"), expected, found),
        other => SettingError::new(table, "other values", other.to_string()),
    }
}
