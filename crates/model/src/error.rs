//! What can go wrong with weights on disk.

use std::path::PathBuf;

use thiserror::Error;

/// A weights file that cannot be read, written or used.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The operating system refused to read or write.
    #[error("{path}: {source}")]
    Io {
        /// The weights file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },

    /// The file is not safetensors.
    #[error("{path}: expected weights in the safetensors format, found {found}")]
    Format {
        /// The weights file.
        path: PathBuf,
        /// What the parser says.
        found: String,
    },

    /// The file's tensors are not those of the network.
    #[error("{path}: expected {expected}, found {found}")]
    Mismatch {
        /// The weights file.
        path: PathBuf,
        /// The tensor that the network has, with its shape.
        expected: String,
        /// What the file has in its place.
        found: String,
    },
}
