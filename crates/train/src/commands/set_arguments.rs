//! `--set`: other values for keys of the experiment.

use clap::Args;

use crate::experiment::{Change, Changes};
use crate::failure::Failure;

/// `--set` of a command with one experiment.
#[derive(Clone, Debug, Args)]
pub struct SetArgs {
    /// Another value for a key of the experiment, such as mixing.alpha=1; can be given for several keys.
    /// `mixup experiments show mixup` shows all keys
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub changes: Vec<Change>,
}

impl SetArgs {
    /// All changes.
    ///
    /// # Errors
    /// [`Failure::Usage`] if two change the same key.
    pub fn changes(&self) -> Result<Changes, Failure> {
        self.with(vec![])
    }

    /// All changes, with those of other flags.
    ///
    /// # Errors
    /// [`Failure::Usage`] if two change the same key.
    pub(crate) fn with(&self, others: Vec<Change>) -> Result<Changes, Failure> {
        Changes::new([self.changes.clone(), others].concat())
    }
}
