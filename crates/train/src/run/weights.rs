//! Files of weights, read from disk.

use std::path::Path;

use mixup_model::{ModelError, WeightsFile};

use crate::failure::Failure;
use crate::files;

/// Reads the weights at `path`.
///
/// # Errors
/// [`Failure::Model`] if the file cannot be read or is not safetensors.
pub(crate) fn open_weights(path: &Path) -> Result<WeightsFile, Failure> {
    let bytes = files::read_bytes(path).map_err(|source| ModelError::Io {
        path: path.into(),
        source,
    })?;
    Ok(WeightsFile::parse(path, bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_refused_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("weights.safetensors");
        let failure = open_weights(&path).unwrap_err();
        let start = format!("{}: ", path.display());
        assert!(failure.to_string().starts_with(&start), "{failure}");
        assert!(
            failure
                .hint()
                .starts_with("give the path of a weights file")
        );
    }

    #[test]
    fn a_folder_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let failure = open_weights(folder.path()).unwrap_err();
        let found = "expected a regular file, found a folder";
        assert!(failure.to_string().ends_with(found), "{failure}");
    }
}
