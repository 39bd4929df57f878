//! What a build without the feature `parquet` does in place of reading.

use std::path::{Path, PathBuf};

use super::splits::Splits;
use super::{TableLook, not_read};
use crate::source::OpenedSource;
use crate::source::folder::Part;
use crate::{DataError, ImageRequest};

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
#[cfg_attr(
    not(feature = "fetch"),
    expect(dead_code, reason = "only the hub looks before it fetches")
)]
pub(crate) fn look(
    _part: Part,
    path: &Path,
    _request: &ImageRequest,
) -> Result<TableLook, DataError> {
    Err(not_read(path))
}
