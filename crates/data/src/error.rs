//! Errors of data sources and of mixing settings.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A data source that cannot be used, or a setting outside its range.
///
/// Each message is one line: where, what was expected, what was found.
#[derive(Debug, Error)]
pub enum DataError {
    /// The path does not exist.
    #[error("{path}: no such file or folder")]
    Missing {
        /// The path as the user gave it.
        path: PathBuf,
    },

    /// The operating system refused to read or write.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },

    /// The bytes do not fit the layout.
    #[error("{path}: expected {expected}, found {found}")]
    Format {
        /// The file or folder; an archive's member is written `archive.tar.gz/member`.
        path: PathBuf,
        /// What the layout requires.
        expected: String,
        /// What was found.
        found: String,
    },

    /// A PNG or JPEG that cannot be decoded.
    #[error("{path}: expected a PNG or JPEG image, found {source}")]
    Image {
        /// The image file.
        path: PathBuf,
        /// What the decoder says.
        source: image::ImageError,
    },

    /// A setting outside its range.
    #[error("{setting}: expected {expected}, found {found}")]
    Setting {
        /// The setting's name, as in the experiment file.
        setting: &'static str,
        /// What is allowed.
        expected: &'static str,
        /// What was given.
        found: String,
    },

    /// No address delivered the file.
    #[error("download failed: {reason}")]
    Download {
        /// The last failure of each address that was tried.
        reason: String,
    },
}

impl DataError {
    /// An [`Io`](Self::Io) or [`Missing`](Self::Missing) error, for `map_err`.
    pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> Self + '_ {
        move |source| match source.kind() {
            std::io::ErrorKind::NotFound => Self::Missing { path: path.into() },
            _ => Self::Io {
                path: path.into(),
                source,
            },
        }
    }

    /// A [`Format`](Self::Format) error.
    pub(crate) fn format(
        path: &Path,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self::Format {
            path: path.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }
}
