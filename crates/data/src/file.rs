//! Files of a limited size, read from disk.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::DataError;

/// The largest file that is read, in bytes; the largest file of CIFAR-10 has 31 million.
pub(crate) const MAX_FILE_BYTES: u64 = 64 << 20;

/// Reads a whole file.
///
/// # Errors
/// Those of [`open_file`], and a file that cannot be read.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, DataError> {
    let (file, size) = open_file(path)?;
    let mut bytes = Vec::with_capacity(size);
    // The limit also holds for a file that grows while it is read.
    let mut file = file.take(MAX_FILE_BYTES);
    file.read_to_end(&mut bytes).map_err(DataError::io(path))?;
    Ok(bytes)
}

/// Opens a file and returns it with its length in bytes.
///
/// # Errors
/// A file that does not exist, is not a regular file, or is larger than [`MAX_FILE_BYTES`].
pub(crate) fn open_file(path: &Path) -> Result<(File, usize), DataError> {
    let metadata = fs::metadata(path).map_err(DataError::io(path))?;
    // Opening a pipe would wait for a writer that may never come.
    if !metadata.is_file() {
        return Err(DataError::format(path, "a file", "something else"));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(too_large(path, metadata.len()));
    }
    let file = File::open(path).map_err(DataError::io(path))?;
    Ok((file, metadata.len() as usize))
}

/// The error for a file that is larger than [`MAX_FILE_BYTES`].
pub(crate) fn too_large(path: &Path, bytes: u64) -> DataError {
    let expected = format!("at most {MAX_FILE_BYTES} bytes");
    DataError::format(path, expected, bytes.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole() {
        let folder = tempfile::tempdir().expect("a new folder");
        let path = folder.path().join("file");
        fs::write(&path, b"bytes").expect("a new file");
        assert_eq!(read_file(&path).expect("a good file"), b"bytes");
    }

    #[test]
    fn a_folder_is_not_read_as_a_file() {
        let folder = tempfile::tempdir().expect("a new folder");
        let error = read_file(folder.path()).expect_err("a folder").to_string();
        assert!(
            error.ends_with("expected a file, found something else"),
            "{error}"
        );
    }

    #[test]
    fn the_largest_allowed_size_opens_and_one_byte_more_does_not() {
        let folder = tempfile::tempdir().expect("a new folder");
        let path = folder.path().join("file");
        let file = File::create(&path).expect("a new file");
        file.set_len(MAX_FILE_BYTES).expect("a sparse file");
        let (_, size) = open_file(&path).expect("a file of the largest size");
        assert_eq!(size as u64, MAX_FILE_BYTES);
        file.set_len(MAX_FILE_BYTES + 1).expect("a sparse file");
        let error = open_file(&path).expect_err("a huge file").to_string();
        assert!(
            error.ends_with("expected at most 67108864 bytes, found 67108865"),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_does_not_exist_is_missing() {
        let folder = tempfile::tempdir().expect("a new folder");
        let error = read_file(&folder.path().join("nothing")).expect_err("nothing");
        assert!(matches!(error, DataError::Missing { .. }), "{error}");
    }
}
