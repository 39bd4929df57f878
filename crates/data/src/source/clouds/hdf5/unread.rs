//! What a build without the feature `hdf5` does in place of reading.

use std::path::Path;

use crate::DataError;
use crate::source::clouds::rows::Rows;

/// Refuses to read.
///
/// # Errors
/// Always.
pub(super) fn file(path: &Path, _rows: &mut Rows) -> Result<Vec<u16>, DataError> {
    let fault = DataError::format(path, "clouds in files of another kind", "an HDF5 file");
    Err(fault.hinted("this build leaves them out; build it with the feature hdf5"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::folder::Part;

    #[test]
    fn the_error_says_which_build_reads_the_file() {
        let mut rows = Rows::new(Part::Train, None);
        let DataError::Format { hint, .. } = file(Path::new("a.h5"), &mut rows).unwrap_err() else {
            panic!("another error");
        };
        assert!(hint.unwrap().ends_with("with the feature hdf5"));
    }
}
