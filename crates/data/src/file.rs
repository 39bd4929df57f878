//! Regular files of a limited size: the one way in which every crate reads a file whole.

pub(crate) mod positioned;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::DataError;

/// The largest file of images that is read, in bytes; the largest file of CIFAR-10 has 31 million.
pub(crate) const MAX_FILE_BYTES: u64 = 64 << 20;

/// Reads the regular file at `path`, of at most `limit` bytes.
///
/// # Errors
/// Those of [`open_regular`], and those of the operating system.
pub fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let (file, size) = open_regular(path, limit)?;
    read_open(file, size, limit)
}

/// Reads an open file whose size was `size` bytes, up to `limit` bytes.
///
/// # Errors
/// [`ErrorKind::FileTooLarge`], and those of the operating system.
pub(crate) fn read_open(file: File, size: u64, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size as usize);
    // The limit also holds for a file that grows while it is read, and for one that has no size.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(above(limit, format!("more than {limit}")));
    }
    Ok(bytes)
}

/// Opens the regular file at `path` and returns it with its size in bytes, which is at most `limit`.
///
/// # Errors
/// [`ErrorKind::InvalidInput`] for a folder, a pipe or a device, [`ErrorKind::FileTooLarge`] for a file above
/// the limit, both in words of expected and found; and those of the operating system.
pub fn open_regular(path: &Path, limit: u64) -> io::Result<(File, u64)> {
    // Opening a pipe would wait for a writer that may never come.
    check_regular(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    // Something else may have taken the name since.
    let metadata = file.metadata()?;
    check_regular(&metadata)?;
    if metadata.len() > limit {
        return Err(above(limit, metadata.len().to_string()));
    }
    Ok((file, metadata.len()))
}

fn check_regular(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let found = if metadata.is_dir() {
        "a folder"
    } else {
        "a pipe or a device"
    };
    let message = format!("expected a regular file, found {found}");
    Err(io::Error::new(ErrorKind::InvalidInput, message))
}

fn above(limit: u64, found: String) -> io::Error {
    let message = format!("expected at most {limit} bytes, found {found}");
    io::Error::new(ErrorKind::FileTooLarge, message)
}

/// Opens a file of images and returns it with its length in bytes.
///
/// # Errors
/// A file that does not exist, is not a regular file, is larger than [`MAX_FILE_BYTES`] or cannot be read.
pub(crate) fn open_file(path: &Path) -> Result<(File, usize), DataError> {
    let (file, size) = open_regular(path, MAX_FILE_BYTES).map_err(DataError::io(path))?;
    Ok((file, size as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole() {
        let folder = tempfile::tempdir().expect("a new folder");
        let path = folder.path().join("file");
        fs::write(&path, b"bytes").expect("a new file");
        assert_eq!(read_regular(&path, 5).expect("a good file"), b"bytes");
    }

    #[test]
    fn a_folder_is_not_read_as_a_file() {
        let folder = tempfile::tempdir().expect("a new folder");
        let error = open_file(folder.path()).expect_err("a folder").to_string();
        assert!(
            error.ends_with("expected a regular file, found a folder"),
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

    /// Reading it would never end.
    #[cfg(unix)]
    #[test]
    fn an_endless_device_is_not_read() {
        let error = read_regular(Path::new("/dev/zero"), 8).expect_err("a device");
        assert_eq!(
            error.to_string(),
            "expected a regular file, found a pipe or a device"
        );
    }

    /// Its size is 0 before it is read.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_a_size_is_read_up_to_the_limit() {
        let path = Path::new("/proc/self/maps");
        assert!(read_regular(path, 1 << 20).expect("a short file").len() > 8);
        let error = read_regular(path, 8).expect_err("a longer file");
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    }

    #[test]
    fn a_file_that_does_not_exist_is_missing() {
        let folder = tempfile::tempdir().expect("a new folder");
        let error = open_file(&folder.path().join("nothing")).expect_err("nothing");
        assert!(matches!(error, DataError::Missing { .. }), "{error}");
    }
}
