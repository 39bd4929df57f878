//! What a build without the feature `parquet` does in place of reading.

use std::path::{Path, PathBuf};

use super::not_read;
use super::splits::Splits;
use crate::source::OpenedSource;
use crate::{DataError, ImageRequest};
#[cfg(feature = "fetch")]
use {super::TableLook, crate::source::folder::Part};

/// Refuses to read.
///
/// # Errors
/// Always.
pub(super) fn read(
    place: &Path,
    _splits: &Splits<PathBuf>,
    _request: &ImageRequest,
    _progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<OpenedSource, DataError> {
    Err(not_read(place))
}

/// Refuses to read.
///
/// # Errors
/// Always.
#[cfg(feature = "fetch")]
pub(crate) fn look(
    _part: Part,
    path: &Path,
    _request: &ImageRequest,
) -> Result<TableLook, DataError> {
    Err(not_read(path))
}
