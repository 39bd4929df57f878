//! How a command can end badly: one line, a hint, an exit code.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use mixup_data::DataError;
use mixup_model::{ModelError, OtherFile};
use thiserror::Error;

use mixup_data::quoted;

use crate::learn::error::JudgeError;

/// Why a command did not do what it was asked for.
#[derive(Debug, Error)]
pub enum Failure {
    /// The data cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),

    /// The weights cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),

    /// The command line or the experiment asks for what cannot be.
    #[error("{message}")]
    Usage {
        /// What was expected and what was found.
        message: String,
        /// The way out.
        hint: String,
    },

    /// A file or folder of a run could not be written or read.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },

    /// The result could not be printed.
    #[error("stdout: {0}")]
    Output(std::io::Error),

    /// The loss is no longer a number to learn from.
    #[error("the {split} loss became {value} in epoch {epoch}, iteration {iteration}")]
    NotFinite {
        /// Which images: `training`, `test` or `validation`.
        split: &'static str,
        /// Epoch, from 1.
        epoch: usize,
        /// Iteration within the epoch, from 1.
        iteration: usize,
        /// NaN or an infinity.
        value: f64,
    },

    /// An output of the trained network is no number to judge it by.
    #[error("the network's outputs became {value} on the images that judge it")]
    OutputNotFinite {
        /// NaN or an infinity.
        value: f32,
    },

    /// The framework or the device failed.
    #[error("the run stopped: {0}")]
    Training(String),

    /// A picture could not be encoded as a PNG file.
    #[error("the PNG cannot be encoded: {0}")]
    Png(#[from] image::ImageError),

    /// Training ended without an error and without a whole epoch.
    #[error("{run}: expected at least one trained epoch, found none")]
    NoEpoch {
        /// The run folder.
        run: PathBuf,
    },

    /// The user stopped the run.
    #[error("stopped in epoch {epoch}; the run has {}: {run}", whole_epochs(*kept))]
    Interrupted {
        /// The epoch that was under way.
        epoch: usize,
        /// Whole epochs that a resumed run starts from.
        kept: usize,
        /// The run folder.
        run: PathBuf,
    },

    /// Some runs of a comparison did not finish.
    #[error("{}", runs.join("; "))]
    Diverged {
        /// Each of them, and why.
        runs: Vec<String>,
    },

    /// The user stopped a comparison.
    #[error("stopped; {finished} of {runs} runs are finished: {out}")]
    ComparisonStopped {
        /// Runs that are finished.
        finished: usize,
        /// Runs that this call was to finish or found finished.
        runs: usize,
        /// The comparison's folder.
        out: PathBuf,
    },

    /// The user stopped a command that keeps no result.
    #[error("stopped by the user")]
    Stopped,
}

impl From<JudgeError> for Failure {
    fn from(error: JudgeError) -> Self {
        match error {
            JudgeError::Batch(error) => Self::of_batch(&error),
            JudgeError::Device(reason) => Self::Training(reason),
            JudgeError::NotFinite { value } => Self::OutputNotFinite { value },
        }
    }
}

impl Failure {
    /// A [`Usage`](Self::Usage) failure.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// A [`File`](Self::File) failure, for `map_err`.
    pub fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.into(),
            source,
        }
    }

    /// The failure of a batch that could not be made, by the error that Burn hands on: of the data if these cannot be
    /// read any more, else of the framework.
    pub(crate) fn of_batch(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut causes = std::iter::successors(Some(error), |error| error.source());
        match causes.find_map(|cause| cause.downcast_ref::<DataError>()) {
            Some(cause) => Self::usage(cause.to_string(), data_hint(cause)),
            None => Self::Training(error.to_string()),
        }
    }

    /// The process's exit code: 2 where the user can mend it (input, usage, a full disk), 130 where
    /// the user stopped it, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Data(DataError::Download { .. } | DataError::HubDownload { .. }) => 1,
            Self::Data(_) | Self::Model(_) | Self::Usage { .. } | Self::Output(_) => 2,
            Self::File { source, .. } if is_user_error(source.kind()) => 2,
            _ if self.is_requested_stop() => 130,
            _ => 1,
        }
    }

    /// Whether the user asked for it, so that it is not an error.
    pub fn is_requested_stop(&self) -> bool {
        matches!(
            self,
            Self::Interrupted { .. } | Self::ComparisonStopped { .. } | Self::Stopped
        )
    }

    /// Whether a file could not be written because the disk is full.
    pub fn is_full_disk(&self) -> bool {
        matches!(self, Self::File { source, .. } if is_full(source.kind()))
    }

    /// The way out, in one line. [`commands::hints`](crate::commands::hints) adds the flags of the command.
    pub fn hint(&self) -> String {
        match self {
            Self::Data(error) => data_hint(error),
            Self::Model(error) => model_hint(error),
            Self::Usage { hint, .. } => hint.clone(),
            Self::File { .. } if self.is_full_disk() => "free some space".into(),
            Self::File { .. } => "check the path and its permissions".into(),
            Self::Output(_) => {
                "send the output to a place that can be written; files that the command has written are kept".into()
            }
            Self::NotFinite { .. } | Self::OutputNotFinite { .. } => {
                "lower learning_rate in the experiment, or compare its normalisation with: mixup data check"
                    .into()
            }
            Self::Training(_) => "please report it with the command".into(),
            Self::Png(_) => {
                "this is an error of the program: please report it with the command and the size of the images".into()
            }
            Self::Interrupted { run, .. } | Self::NoEpoch { run } => resume_hint(run),
            Self::ComparisonStopped { out, .. } => repeat_hint(out),
            Self::Diverged { .. } => {
                "lower optimizer.learning_rate in all experiments; leaving such runs out favours the arm that they belong to".into()
            }
            Self::Stopped => "nothing is kept; start it again".into(),
        }
    }
}

/// How the run in this folder continues.
pub(crate) fn resume_hint(run: &Path) -> String {
    format!("resume with: mixup train --resume {}", quoted(run))
}

/// How the comparison in this folder continues.
pub(crate) fn repeat_hint(out: &Path) -> String {
    format!(
        "call the same command again with --out {}: finished runs are kept, and the stopped one resumes after its last whole epoch",
        quoted(out)
    )
}

/// The way out of a file of weights that cannot be used.
pub(crate) fn model_hint(error: &ModelError) -> String {
    match error {
        ModelError::Io { .. } => {
            "give the path of a weights file, such as a run folder's model.safetensors".into()
        }
        ModelError::Checkpoint {
            path,
            entry: Some(entry),
            ..
        } => {
            let tensors = format!(
                "{{name: value for name, value in torch.load(PATH, weights_only=True)[\"{entry}\"].items() if torch.is_tensor(value)}}"
            );
            format!("save the tensors of {entry} alone, {}", save(path, &tensors))
        }
        ModelError::Checkpoint { entry: None, .. } => {
            "save nothing but the state_dict() of the network with torch.save, or that as state_dict of a checkpoint"
                .into()
        }
        ModelError::OtherFile { path, kind } => match kind {
            OtherFile::Pickle => {
                "save it anew, ".to_owned() + &save(path, "torch.load(PATH, weights_only=True)")
            }
            OtherFile::Object { entry, .. } => {
                let entry = entry.map_or(String::new(), |entry| format!("[\"{entry}\"]"));
                let call = format!("torch.load(PATH, weights_only=False){entry}.state_dict()");
                format!(
                    "if it is a module, save its state dict, and only if you trust the file, which may run any code, {}",
                    save(path, &call)
                )
            }
            OtherFile::TorchScript => {
                "save its state dict, ".to_owned() + &save(path, "torch.jit.load(PATH).state_dict()")
            }
            OtherFile::Zip => "unpack it, and give the weights file in it".into(),
            OtherFile::LfsPointer => {
                "fetch the weights themselves with `git lfs pull` in the folder of the repository"
                    .into()
            }
            OtherFile::Html => {
                "download the file itself: the address answers with a page about it or about an error"
                    .into()
            }
        },
        _ => "give a weights file of one of the networks here, such as a run folder's model.safetensors"
            .into(),
    }
}

/// A line of Python that saves `weights` of the file at `path`, which they call `PATH`. The new file never has the name
/// of the old one, so that this is kept.
fn save(path: &Path, weights: &str) -> String {
    let is_taken = path
        .file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case("state_dict.pt"));
    let file = if is_taken {
        "new_state_dict.pt"
    } else {
        "state_dict.pt"
    };
    let path = path.display().to_string();
    let weights = weights.replace("PATH", &format!("{path:?}, map_location=\"cpu\""));
    format!("in Python: import torch; torch.save({weights}, \"{file}\")")
}

/// `1 whole epoch` or `5 whole epochs`.
fn whole_epochs(count: usize) -> String {
    let noun = if count == 1 { "epoch" } else { "epochs" };
    format!("{count} whole {noun}")
}

fn is_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

fn is_user_error(kind: ErrorKind) -> bool {
    is_full(kind)
        || matches!(
            kind,
            ErrorKind::AlreadyExists
                | ErrorKind::DirectoryNotEmpty
                | ErrorKind::FileTooLarge
                | ErrorKind::InvalidData
                | ErrorKind::InvalidFilename
                | ErrorKind::InvalidInput
                | ErrorKind::IsADirectory
                | ErrorKind::NotADirectory
                | ErrorKind::NotFound
                | ErrorKind::PermissionDenied
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::ResourceBusy
        )
}

fn data_hint(error: &DataError) -> String {
    match error {
        DataError::Missing { path } => {
            if let Some((set, name)) = misspelt(path) {
                return format!("for {set}, write --data {name}");
            }
            "check the path (--data, else the variable MIXUP_DATA), or use --data synthetic for built-in images, synthetic-shapes for built-in point clouds"
        }
        DataError::Io { source, .. } if source.kind() == ErrorKind::FileTooLarge => {
            "make the file smaller or remove it"
        }
        DataError::Io { path, source } if source.kind() == ErrorKind::PermissionDenied => {
            return format!(
                "give yourself the right to use it; who has it is shown by: ls -ld {}",
                quoted(path)
            );
        }
        DataError::Io { .. } => {
            "check that the file can be read, and that there is space where one is written"
        }
        DataError::Format {
            hint: Some(hint), ..
        } => hint,
        DataError::Format { .. } => {
            "--data takes a name of `mixup data list`, or a folder or an archive: the files of such a set, pictures in train/CLASS/* and test/CLASS/*, or lists of pictures"
        }
        DataError::Image { .. } => "remove the file or replace it by an image that can be read",
        DataError::Images { .. } => "remove these files or replace them by images that can be read",
        DataError::Setting { .. } => "correct the value in the experiment file",
        DataError::HubDownload { .. } => {
            "call the same command again to continue; the variable HF_ENDPOINT takes another address of the hub"
        }
        DataError::Download { .. } => {
            "call the same command again to continue; `mixup data fetch NAME --url ADDRESS` takes another address; or give --data PATH, or --data synthetic for built-in images"
        }
    }
    .into()
}

/// The data set whose name `path` nearly is, and that name.
pub(crate) fn misspelt(path: &Path) -> Option<(&'static str, &'static str)> {
    let text = path.to_str()?.to_lowercase();
    let name: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    match name.as_str() {
        "cifar" | "cifar10" => Some(("CIFAR-10", "cifar10")),
        "cifar100" => Some(("CIFAR-100", "cifar100")),
        "svhn" => Some(("SVHN", "svhn")),
        "mnist" => Some(("MNIST", "mnist")),
        "fashionmnist" | "fmnist" | "fashion" => Some(("Fashion-MNIST", "fashion-mnist")),
        "kmnist" | "kuzushiji" | "kuzushijimnist" => Some(("KMNIST", "kmnist")),
        "stl10" | "stl" => Some(("STL-10", "stl10")),
        "tinyimagenet" | "tinyimagenet200" => Some(("Tiny ImageNet", "tiny-imagenet")),
        "imagenette" | "imagenette2" | "imagenette2160" => Some(("Imagenette", "imagenette")),
        "cifar101" => Some(("CIFAR-10.1", "cifar10.1")),
        "cifar10c" => Some(("CIFAR-10-C", "cifar10-c")),
        "shapes" | "syntheticshapes" | "syntheticclouds" => {
            Some(("the built-in point clouds", "synthetic-shapes"))
        }
        "synthetic" | "synth" | "builtin" => Some(("the built-in images", "synthetic")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_can_mend_a_full_disk_and_not_a_broken_one() {
        let code = |kind: std::io::ErrorKind| {
            Failure::file(Path::new("run"))(std::io::Error::from(kind)).exit_code()
        };
        assert_eq!(code(std::io::ErrorKind::StorageFull), 2);
        assert_eq!(code(std::io::ErrorKind::Other), 1);
    }

    #[test]
    fn data_that_cannot_be_read_any_more_are_the_users_to_mend() {
        let missing = DataError::Missing { path: "set".into() };
        let handed_on = burn::data::dataset::DatasetError::new(missing);
        let failure = Failure::of_batch(&handed_on);
        assert_eq!(failure.to_string(), "set: no such file or folder");
        assert_eq!(failure.exit_code(), 2);
        let lost = Failure::of_batch(&std::io::Error::other("the device is lost"));
        assert_eq!(lost.exit_code(), 1);
    }

    #[test]
    fn the_name_of_a_data_set_in_another_spelling_has_a_hint() {
        let hint = |path: &str| Failure::from(DataError::Missing { path: path.into() }).hint();
        for path in ["CIFAR10", "cifar-10", "Cifar_10", "CIFAR"] {
            assert_eq!(hint(path), "for CIFAR-10, write --data cifar10", "{path}");
        }
        assert_eq!(hint("CIFAR-100"), "for CIFAR-100, write --data cifar100");
        assert_eq!(
            hint("FashionMNIST"),
            "for Fashion-MNIST, write --data fashion-mnist"
        );
        assert!(hint("Synthetic").ends_with("--data synthetic"));
        assert!(hint("data/cifar10").starts_with("check the path"));
    }

    #[test]
    fn what_may_not_be_read_has_a_command_that_shows_who_may() {
        let failure = Failure::from(DataError::Io {
            path: "my pets/cat".into(),
            source: ErrorKind::PermissionDenied.into(),
        });
        assert!(failure.hint().ends_with("ls -ld 'my pets/cat'"));
    }

    #[test]
    fn a_checkpoint_is_saved_by_the_entry_that_was_found() {
        let hint = |path: &str, entry| {
            let (path, found) = (path.into(), "a number".into());
            model_hint(&ModelError::Checkpoint { path, found, entry })
        };
        assert_eq!(
            hint("net.pt", Some("model")),
            "save the tensors of model alone, in Python: import torch; torch.save({name: value for name, value in torch.load(\"net.pt\", map_location=\"cpu\", weights_only=True)[\"model\"].items() if torch.is_tensor(value)}, \"state_dict.pt\")"
        );
        let words = hint("net.pt", None);
        assert!(words.starts_with("save nothing but the state_dict()"));
        assert!(!words.contains("Python"), "{words}");
    }

    #[test]
    fn an_object_in_an_entry_is_asked_for_there() {
        let kind = OtherFile::Object {
            class: "m.Net".into(),
            entry: Some("model"),
        };
        let path = "net.pt".into();
        let hint = model_hint(&ModelError::OtherFile { path, kind });
        assert!(
            hint.contains("weights_only=False)[\"model\"].state_dict(), \"state_dict.pt\")"),
            "{hint}"
        );
    }

    #[test]
    fn a_line_of_python_keeps_the_file_that_it_reads() {
        for (path, file) in [
            ("weights.pt", "\"state_dict.pt\")"),
            ("a/state_dict.pt", "\"new_state_dict.pt\")"),
            ("State_Dict.pt", "\"new_state_dict.pt\")"),
        ] {
            let kind = OtherFile::Pickle;
            let path = path.into();
            let hint = model_hint(&ModelError::OtherFile { path, kind });
            assert!(hint.ends_with(file), "{hint}");
        }
    }

    #[test]
    fn a_run_without_an_epoch_is_an_error_and_can_be_resumed() {
        let failure = Failure::NoEpoch {
            run: "runs/a".into(),
        };
        assert_eq!(failure.exit_code(), 1);
        assert_eq!(failure.hint(), "resume with: mixup train --resume runs/a");
    }

    #[test]
    fn an_interrupted_run_says_how_to_resume() {
        let failure = Failure::Interrupted {
            epoch: 3,
            kept: 2,
            run: "runs/a".into(),
        };
        assert_eq!(failure.exit_code(), 130);
        assert!(failure.hint().ends_with("mixup train --resume runs/a"));
    }
}
