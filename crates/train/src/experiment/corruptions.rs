//! The `[corruptions]` table: on which damaged samples the finished network is judged.

use serde::{Deserialize, Serialize};

use super::range::whole;
use super::setting_error::SettingError;

/// The `[corruptions]` table: the accuracy of the finished network on test clouds that are damaged by every
/// [`CloudCorruption`](mixup_data::CloudCorruption).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorruptionsTable {
    /// Test clouds that are damaged, a stratified draw that no seed changes; all if there are fewer.
    pub clouds: usize,
}

impl CorruptionsTable {
    /// Requires every value to be within its range.
    ///
    /// # Errors
    /// [`SettingError`].
    pub(super) fn check(&self) -> Result<(), SettingError> {
        whole("corruptions.clouds", self.clouds, 1, 1_000_000_000)
    }
}
