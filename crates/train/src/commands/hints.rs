//! The way out of a failure, in words of the command that failed: only flags that it has.

use mixup_data::DataError;

use crate::commands::arguments::Command;
use crate::commands::data::DataCommand;
use crate::failure::{Failure, misspelt};

/// Which command failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// `train`, for a new run.
    Train,
    /// `train --resume`.
    Resume,
    /// `compare`.
    Compare,
    /// `sweep`.
    Sweep,
    /// `report`.
    Report,
    /// `table`.
    Table,
    /// `demo`.
    Demo,
    /// `evaluate`.
    Evaluate,
    /// `predict`.
    Predict,
    /// `export`.
    Export,
    /// `bench`.
    Bench,
    /// `data fetch`.
    DataFetch,
    /// `data check`.
    DataCheck,
    /// `data pack`.
    DataPack,
    /// `data preview`.
    DataPreview,
    /// `man`.
    Man,
    /// A command that prints what the program knows by itself.
    Known,
}

impl From<&Command> for CommandKind {
    fn from(command: &Command) -> Self {
        match command {
            Command::Train(args) if args.resume.is_some() => Self::Resume,
            Command::Train(_) => Self::Train,
            Command::Compare(_) => Self::Compare,
            Command::Sweep(_) => Self::Sweep,
            Command::Report(_) => Self::Report,
            Command::Runs(_) => Self::Known,
            Command::Table(_) => Self::Table,
            Command::Demo(_) => Self::Demo,
            Command::Evaluate(_) => Self::Evaluate,
            Command::Predict(_) => Self::Predict,
            Command::Export(_) => Self::Export,
            Command::Bench(_) => Self::Bench,
            Command::Data(DataCommand::Fetch(_)) => Self::DataFetch,
            Command::Data(DataCommand::Check(_)) => Self::DataCheck,
            Command::Data(DataCommand::Pack(_)) => Self::DataPack,
            Command::Data(DataCommand::Preview(_)) => Self::DataPreview,
            Command::Data(DataCommand::List(_)) => Self::Known,
            Command::Man(_) => Self::Man,
            Command::Experiments(_) | Command::Devices(_) | Command::Completions(_) => Self::Known,
        }
    }
}

impl CommandKind {
    /// The way out of `failure`, in one line.
    pub fn hint(self, failure: &Failure) -> String {
        let own = match failure {
            Failure::Data(DataError::Missing { path }) if self.takes_a_set() => {
                Some(match misspelt(path) {
                    Some((set, name)) => format!("for {set}, write {name}"),
                    None => "check the path, or give synthetic for built-in images".into(),
                })
            }
            Failure::Data(DataError::Format {
                hint: Some(hint), ..
            }) if self == Self::DataPack && hint.contains("split = 0.2 under [data]") => {
                Some("say which share of the images becomes the test images: --split 0.2".into())
            }
            // Readers of images speak of --data, and this command takes the path itself.
            Failure::Data(DataError::Format {
                hint: Some(hint), ..
            }) if self.takes_a_set() => Some(without_data_flag(hint)),
            Failure::Data(error) => self.data_hint(error).map(str::to_owned),
            Failure::Model(_) => self.model_hint().map(str::to_owned),
            Failure::File { .. } => {
                let more = self.file_hint(failure.is_full_disk());
                Some(failure.hint() + more)
            }
            Failure::NotFinite { .. }
            | Failure::OutputNotFinite { .. }
            | Failure::Diverged { .. }
                if self == Self::Demo =>
            {
                Some("start it again with another --seed".into())
            }
            Failure::Training(_) if self.has_device() => {
                let report = failure.hint();
                Some(format!("try --device cpu; if it fails there too, {report}"))
            }
            _ => None,
        };
        own.unwrap_or_else(|| failure.hint())
    }

    /// Whether a set is the command's own argument, without --data.
    fn takes_a_set(self) -> bool {
        matches!(self, Self::DataCheck | Self::DataPack)
    }

    fn has_device(self) -> bool {
        matches!(
            self,
            Self::Train
                | Self::Resume
                | Self::Compare
                | Self::Sweep
                | Self::Demo
                | Self::Evaluate
                | Self::Predict
                | Self::Bench
        )
    }

    /// What follows the hint about a file or a disk.
    fn file_hint(self, is_full: bool) -> &'static str {
        match (self, is_full) {
            (Self::Train, true) => {
                ", or choose another folder with --out; a run that has begun can be resumed with --resume"
            }
            (Self::Resume, true) => ", and call the same command again",
            (Self::Compare | Self::Sweep | Self::Demo, true) => {
                ", and call the same command again with the same --out: finished runs are kept"
            }
            (Self::Man, _) => ", or choose another folder with --out",
            (Self::Predict, _) => ", or choose another file with --csv",
            (Self::Export, _) => ", or choose another file with --onnx",
            (Self::Train | Self::Compare | Self::Sweep | Self::Report | Self::Demo, _) => {
                ", or choose another folder with --out"
            }
            (Self::DataFetch | Self::DataPack | Self::DataPreview, _) => {
                ", or choose another file with --out"
            }
            (Self::Bench, true) => ", or set TMPDIR to another folder",
            _ => "",
        }
    }

    /// The hint about pictures or data of a command that has no `--data`.
    fn data_hint(self, error: &DataError) -> Option<&'static str> {
        Some(match (self, error) {
            (Self::Predict, DataError::Missing { .. }) => {
                "check the path; each IMAGE is a file such as a PNG or JPEG"
            }
            (Self::Predict, DataError::Image { .. }) => {
                "leave it out, or give an image such as a PNG or JPEG"
            }
            (Self::Predict, DataError::Format { hint: Some(_), .. }) => return None,
            (Self::Predict, _) => "give images that can be read, such as PNG or JPEG files",
            (Self::DataCheck | Self::DataPack, DataError::Format { hint: None, .. }) => {
                "DATA takes a name of `mixup data list`, or a folder or an archive: the files of such a set, pictures in train/CLASS/* and test/CLASS/*, or lists of pictures"
            }
            (Self::DataCheck | Self::DataPack, DataError::Download { .. }) => {
                "call the same command again to continue; or give a path, or synthetic for built-in images"
            }
            (Self::DataFetch, DataError::Download { .. }) => {
                "call the same command again to continue, or give another address with --url"
            }
            (Self::DataFetch, DataError::Missing { .. }) => "check the path of --out",
            (Self::DataPreview, DataError::Setting { .. }) => "give another --alpha",
            _ => return None,
        })
    }

    /// The hint about weights of a command that reads only those of its own runs.
    fn model_hint(self) -> Option<&'static str> {
        match self {
            Self::Evaluate | Self::Predict | Self::Export => None,
            Self::Compare | Self::Sweep | Self::Demo => {
                Some("remove the folder of that run, and call the same command again")
            }
            _ => Some("start the run anew in another folder"),
        }
    }
}

/// A hint about `--data` for a command that takes the set itself. What it says of `mixup evaluate` stays as it is: that
/// command has the flag.
fn without_data_flag(hint: &str) -> String {
    let start = hint.find("mixup evaluate").unwrap_or(hint.len());
    let (own, other) = hint.split_at(start);
    own.replace("--data ", "") + other
}

#[cfg(test)]
mod tests;
