//! The experiment: everything that decides a result, and nothing that does not.
//!
//! There is one way to get one: a file's text is parsed into an [`ExperimentFile`], changed by the command
//! line, and checked once. The result is an [`Experiment`], which is always valid.

mod change;
mod changes;
mod check;
mod class_weights;
mod corruptions;
mod data;
mod difference;
mod file;
mod implied;
pub(crate) mod loss;
mod mixing;
pub(crate) mod name;
mod near_key;
mod network;
mod optimizer;
mod pixels;
pub(crate) mod published;
mod range;
mod robustness;
mod schedule;
mod setting_error;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Deref;
use std::path::Path;

use mixup_data::Policy;

use self::difference::flatten;
use self::file::HINT;
use crate::failure::Failure;
use crate::files;

pub use self::change::Change;
pub use self::changes::Changes;
pub(crate) use self::check::check_outputs;
pub use self::class_weights::ClassWeights;
pub use self::corruptions::CorruptionsTable;
pub use self::data::{DataTable, Size, Visits};
pub use self::file::ExperimentFile;
pub use self::loss::LossTable;
pub use self::mixing::{Labels, MethodName, Methods, MixingTable};
pub use self::network::NetworkTable;
pub use self::pixels::PixelNormalisation;
pub use self::robustness::RobustnessTable;
pub use self::setting_error::SettingError;

/// An experiment whose every value is within its range.
///
/// Its settings are read like the fields of an [`ExperimentFile`]; they change only through
/// [`with`](Self::with), which checks them again.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    file: ExperimentFile,
    policy: Policy,
}

impl Deref for Experiment {
    type Target = ExperimentFile;

    fn deref(&self) -> &ExperimentFile {
        &self.file
    }
}

impl TryFrom<ExperimentFile> for Experiment {
    type Error = SettingError;

    fn try_from(file: ExperimentFile) -> Result<Self, SettingError> {
        let policy = file.check()?;
        Ok(Self { file, policy })
    }
}

impl Experiment {
    /// Reads and checks the file at `path`. If there is no such text, `path` may be the name of an experiment that
    /// the program carries, such as `mixup`.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names file and key, and the line if the text cannot be read as an experiment.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Self::read_with(path, &Changes::default())
    }

    /// Reads the file at `path`, changes it as the command line asks, and checks the result.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the change, or file and key.
    pub fn read_with(path: &Path, changes: &Changes) -> Result<Self, Failure> {
        let error = match files::read_text(path) {
            Ok(text) => return Self::parse_with(&text, path, changes),
            Err(error) => error,
        };
        // A folder or a program may have the name of an experiment, as the program `mixup` does.
        let is_no_text = matches!(
            error.kind(),
            ErrorKind::NotFound | ErrorKind::InvalidInput | ErrorKind::InvalidData
        );
        match published::find(path).filter(|_| is_no_text) {
            Some(experiment) => Self::parse_with(experiment.text, path, changes),
            None => Err(published::neither(path, &error)),
        }
    }

    /// Parses `text`, changes it as the command line asks, and checks the result; `origin` is the file it came
    /// from, for messages.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the change, or file and key.
    pub fn parse_with(text: &str, origin: &Path, changes: &Changes) -> Result<Self, Failure> {
        changes.parse(text, origin)
    }

    /// Parses and checks `text`; `origin` is the file it came from, for messages.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names file and key, and the line if the text cannot be read as an experiment.
    pub fn parse(text: &str, origin: &Path) -> Result<Self, Failure> {
        Self::try_from(ExperimentFile::parse(text, origin)?)
            .map_err(|error| Failure::usage(format!("{}: {error}", origin.display()), HINT))
    }

    /// The same experiment with some settings changed.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the first key that is out of its range then.
    pub fn with(&self, change: impl FnOnce(&mut ExperimentFile)) -> Result<Self, Failure> {
        let mut file = self.file.clone();
        change(&mut file);
        Self::try_from(file).map_err(|error| {
            Failure::usage(
                error.to_string(),
                "correct the value on the command line or in the experiment",
            )
        })
    }

    /// The same experiment with the number of epochs that `--epochs` asks for.
    ///
    /// # Errors
    /// [`Failure::Usage`] that names the first key that no longer fits.
    pub fn with_epochs(&self, epochs: Option<usize>) -> Result<Self, Failure> {
        let Some(epochs) = epochs else {
            return Ok(self.clone());
        };
        let mut file = self.file.clone();
        file.epochs = epochs;
        Self::try_from(file).map_err(|error| match error.key.as_str() {
            "epochs" => Failure::usage(error.to_string(), "give another number of epochs"),
            key => {
                let hint = format!("set this key as well, with --set {key}=VALUE");
                Failure::usage(format!("--epochs {epochs}: {error}"), hint)
            }
        })
    }

    /// The same experiment with another seed; every seed is allowed.
    #[must_use]
    pub fn with_seed(&self, seed: u32) -> Self {
        let mut other = self.clone();
        other.file.seed = seed;
        other
    }

    /// What is done to training images.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether an epoch depends on how many are to follow, so that a run cannot get more of them.
    pub fn looks_ahead(&self) -> bool {
        self.schedule.looks_ahead() || (self.mixing.off_for_last > 0 && self.mixing.alpha != 0.0)
    }

    /// The same experiment without mixing: the baseline of a pair.
    ///
    /// # Errors
    /// [`Failure::Usage`] if a setting makes no sense without mixing.
    pub fn baseline(&self) -> Result<Self, Failure> {
        self.with(|file| file.mixing.alpha = 0.0)
    }

    /// Every setting but the seed: dotted key and value, as in the file.
    pub fn settings(&self) -> BTreeMap<String, String> {
        let mut settings = BTreeMap::new();
        flatten("", &self.file.to_table(), &mut settings);
        settings.remove("seed");
        settings
    }
}

#[cfg(test)]
mod tests;
