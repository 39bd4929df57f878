//! Files of weights, read from disk.

use std::path::Path;

use mixup_model::{ModelError, WeightsFile};

use crate::failure::Failure;
use crate::files;
use crate::run::digests::{Digests, sha256};
use crate::run::recorded::is_run;

/// Reads the weights at `path`.
///
/// # Errors
/// [`Failure::Model`] if the file cannot be read or holds no weights; [`Failure::Usage`] if it lies in a finished
/// run and has other bytes than the run wrote.
pub(crate) fn open_weights(path: &Path) -> Result<WeightsFile, Failure> {
    Ok(WeightsFile::parse(path, checked_bytes(path)?)?)
}

/// As [`open_weights`], with the SHA-256 of the file.
///
/// # Errors
/// As for [`open_weights`].
pub(crate) fn open_weights_and_digest(path: &Path) -> Result<(WeightsFile, String), Failure> {
    let bytes = checked_bytes(path)?;
    let digest = sha256(&bytes);
    Ok((WeightsFile::parse(path, bytes)?, digest))
}

/// The bytes of the file, which are those that its run wrote if it lies in a finished one.
fn checked_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = files::read_bytes(path).map_err(|source| ModelError::Io {
        path: path.into(),
        source,
    })?;
    check_digest(path, &bytes)?;
    Ok(bytes)
}

/// Checks the file against the digests of its run. Other files have none.
fn check_digest(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let (Some(folder), Some(name)) = (
        path.parent(),
        path.file_name().and_then(|name| name.to_str()),
    ) else {
        return Ok(());
    };
    if !is_run(folder) {
        return Ok(());
    }
    match Digests::read(folder)? {
        Some(digests) => digests.check(name, bytes),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::digests::SUMS;
    use crate::run::file_names::RUN;

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
    fn a_file_of_a_run_with_other_bytes_is_refused_and_of_another_folder_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        let mut digests = Digests::new(folder.path());
        digests.add("model.safetensors", sha256(b"weights"));
        std::fs::write(folder.path().join(SUMS), digests.to_text()).unwrap();
        assert!(check_digest(&path, b"weightz").is_ok());
        std::fs::write(folder.path().join(RUN), "{}").unwrap();
        assert!(check_digest(&path, b"weights").is_ok());
        let said = check_digest(&path, b"weightz").unwrap_err().to_string();
        assert!(
            said.starts_with(&format!("{}: expected ", path.display())),
            "{said}"
        );
        assert!(said.contains("found other bytes"), "{said}");
    }

    #[test]
    fn a_folder_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let failure = open_weights(folder.path()).unwrap_err();
        let found = "expected a regular file, found a folder";
        assert!(failure.to_string().ends_with(found), "{failure}");
    }
}
