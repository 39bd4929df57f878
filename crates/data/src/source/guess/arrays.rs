//! NumPy arrays whose names are not those of a set.

use std::path::Path;

use crate::DataError;
use crate::source::numpy::ArrayFile;

/// The most arrays that an error names.
const MAX_NAMED: usize = 10;

/// The error for arrays among the files of the folder or archive at `path`, by their names; `None` if there are none.
pub(super) fn other_arrays<'n>(
    path: &Path,
    files: impl Iterator<Item = &'n str>,
) -> Option<DataError> {
    let arrays = files.filter_map(|name| name.strip_suffix(".npy"));
    let arrays: Vec<&str> = arrays.take(MAX_NAMED).collect();
    if arrays.is_empty() {
        return None;
    }
    let expected = format!("the arrays {}", ArrayFile::EXPECTED);
    let fault = DataError::format(path, expected, arrays.join(", "));
    Some(fault.hinted(
        "save such arrays with numpy.savez: images of uint8, N x height x width or N x height x width x 3, and one label \
         for each",
    ))
}
