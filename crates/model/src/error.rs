//! Errors of weights files.

use std::path::PathBuf;

use thiserror::Error;

use crate::OtherFile;

/// A weights file that cannot be read or used.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The operating system refused to read the file.
    #[error("{path}: {source}")]
    Io {
        /// The weights file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },

    /// The file is neither safetensors nor what `torch.save` writes, or it is damaged.
    #[error("{path}: expected weights in the safetensors format or of torch.save, found {found}")]
    Format {
        /// The weights file.
        path: PathBuf,
        /// The parser's message.
        found: String,
    },

    /// The file is of a kind that people take for weights.
    #[error("{path}: expected weights in the safetensors format or of torch.save, found {kind}")]
    OtherFile {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: OtherFile,
    },

    /// The file is one of `torch.save`, and no state dict stands out in it.
    #[error(
        "{path}: expected a dict of tensors, alone or as state_dict, model_state_dict or model of a checkpoint, found {found}"
    )]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What it has instead.
        found: String,
        /// The entry that has tensors, of which the user may save those that count.
        entry: Option<&'static str>,
    },

    /// The file's tensors are not those of the network, or have values that no network computes with.
    #[error("{path}: expected {expected}, found {found}")]
    Mismatch {
        /// The weights file.
        path: PathBuf,
        /// What the network needs, such as a tensor with its shape.
        expected: String,
        /// What the file has instead.
        found: String,
    },
}
