//! Errors of data sources and of mixing settings.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::shown::{shown, shown_path};

/// The most characters of a name, and of what was found, in a list of files.
const LISTED_CHARACTERS: usize = 90;

/// A data source that cannot be used, or a setting outside its range.
///
/// Each message is one line: where, what was expected, what was found. Names of files are shown without
/// control characters, and long ones without their middle.
#[derive(Debug, Error)]
pub enum DataError {
    /// The path does not exist.
    #[error("{}: no such file or folder", shown_path(path))]
    Missing {
        /// The path as the user gave it.
        path: PathBuf,
    },

    /// The operating system refused to read or write.
    #[error("{}: {}", shown_path(path), shown(&source.to_string()))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },

    /// The bytes do not fit the layout.
    #[error(
        "{}: expected {}, found {}",
        shown_path(path),
        shown(expected),
        shown(found)
    )]
    Format {
        /// The file or folder; an archive's member is written `archive.tar.gz/member`.
        path: PathBuf,
        /// What the layout requires.
        expected: String,
        /// What was found.
        found: String,
        /// The way out, if there is one for this very case.
        hint: Option<String>,
    },

    /// A file that is no image of a format that is read, or one that cannot be decoded.
    #[error(
        "{}: expected an image (PNG, JPEG, WebP, BMP, GIF, TIFF or PNM), found {}",
        shown_path(path),
        shown(found)
    )]
    Image {
        /// The image file.
        path: PathBuf,
        /// What it is instead, or what the decoder says.
        found: String,
    },

    /// Several images of class folders that cannot be read.
    #[error(
        "{}: expected {images} images, found {count} that cannot be read: {}",
        shown_path(path),
        listed(first, *count)
    )]
    Images {
        /// The folder of the splits.
        path: PathBuf,
        /// How many images there are, with those that cannot be read.
        images: usize,
        /// How many cannot be read.
        count: usize,
        /// The first ten of them, relative to `path`, each with what was found.
        first: Vec<(PathBuf, String)>,
    },

    /// A setting outside its range.
    #[error("{setting}: expected {expected}, found {found}")]
    Setting {
        /// The setting's name, as in the experiment file.
        setting: &'static str,
        /// What is allowed.
        expected: String,
        /// What was given.
        found: String,
    },

    /// The Hugging Face hub did not answer or did not deliver a file.
    #[error("download failed: {reason}")]
    HubDownload {
        /// The last failure.
        reason: String,
    },

    /// No address delivered the file.
    #[error("download failed: {reason}")]
    Download {
        /// The last failure of each address that was tried.
        reason: String,
    },
}

/// Such as `train/cat/1.png (an empty file), train/cat/2.png (a GIF image) and 7 more`.
fn listed(first: &[(PathBuf, String)], count: usize) -> String {
    let shown_short = |text: &str| match text.char_indices().nth(LISTED_CHARACTERS) {
        Some((end, _)) => format!("{}…", shown(&text[..end])),
        None => shown(text),
    };
    let items = first.iter().map(|(path, found)| {
        let path = shown_short(&path.to_string_lossy());
        format!("{path} ({})", shown_short(found))
    });
    let mut text = items.collect::<Vec<_>>().join(", ");
    if count > first.len() {
        text += &format!(" and {} more", count - first.len());
    }
    text
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
            hint: None,
        }
    }

    /// An [`Image`](Self::Image) error.
    pub(crate) fn image(path: &Path, found: impl Into<String>) -> Self {
        Self::Image {
            path: path.into(),
            found: found.into(),
        }
    }

    /// This error with a way out, if it is a [`Format`](Self::Format) error.
    pub(crate) fn hinted(mut self, way_out: impl Into<String>) -> Self {
        if let Self::Format { hint, .. } = &mut self {
            *hint = Some(way_out.into());
        }
        self
    }

    /// What is wrong, without the path and without what was expected.
    pub(crate) fn found(&self) -> String {
        match self {
            Self::Missing { .. } => "no such file".into(),
            Self::Io { source, .. } => source.to_string(),
            Self::Format { found, .. } | Self::Image { found, .. } => found.clone(),
            other => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_without_control_characters() {
        let error = DataError::format(Path::new("a\nb\x1b[2J"), "a file", "\x07");
        assert_eq!(
            error.to_string(),
            r"a\nb\u001b[2J: expected a file, found \u0007"
        );
        let missing = DataError::Missing { path: "\r".into() };
        assert_eq!(missing.to_string(), r"\r: no such file or folder");
    }

    #[test]
    fn no_message_is_longer_than_a_screen() {
        let long = "ε".repeat(100_000);
        let path = PathBuf::from(&long);
        let first = vec![(path.clone(), long.clone()); 10];
        for error in [
            DataError::format(&path, &long, &long),
            DataError::image(&path, &long),
            DataError::Images {
                path,
                images: usize::MAX,
                count: usize::MAX,
                first,
            },
        ] {
            let length = error.to_string().chars().count();
            assert!(length < 24 * 100, "{length} characters");
        }
    }
}
