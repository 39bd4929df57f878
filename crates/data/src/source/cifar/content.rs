//! A file's bytes while they are read, whether they come from a folder or from an archive.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::DataError;

/// The content of one file, read on demand.
pub(crate) struct Content<'a> {
    /// The file; an archive's member is written `archive.tar.gz/member`.
    pub(crate) path: &'a Path,
    /// Length in bytes; at most [`MAX_FILE_BYTES`](crate::file::MAX_FILE_BYTES).
    pub(crate) size: usize,
    /// Where the bytes come from.
    pub(crate) reader: &'a mut dyn Read,
    /// Maps an error of `reader` to this crate's error.
    pub(crate) failure: &'a dyn Fn(io::Error) -> DataError,
}

impl Content<'_> {
    /// Reads the next bytes, as many as `buffer` holds.
    ///
    /// # Errors
    /// Content that cannot be read, or that ends before the buffer is full.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<(), DataError> {
        self.reader.read_exact(buffer).map_err(self.failure)
    }

    /// Reads all [`size`](Self::size) bytes. Nothing may have been read before.
    ///
    /// # Errors
    /// Content that cannot be read or is cut short.
    pub(crate) fn all(&mut self) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::with_capacity(self.size);
        let mut reader = (&mut *self.reader).take(self.size as u64);
        reader.read_to_end(&mut bytes).map_err(self.failure)?;
        if bytes.len() < self.size {
            return Err((self.failure)(ErrorKind::UnexpectedEof.into()));
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], size: usize) -> Result<Vec<u8>, DataError> {
        let path = Path::new("batch");
        let failure = |error: io::Error| DataError::format(path, "bytes", error.kind().to_string());
        let reader = &mut &*bytes;
        let mut content = Content {
            path,
            size,
            reader,
            failure: &failure,
        };
        content.all()
    }

    #[test]
    fn bytes_after_the_announced_size_are_not_read() {
        assert_eq!(all(b"abcdef", 4).expect("enough bytes"), b"abcd");
    }

    #[test]
    fn fewer_bytes_than_announced_are_an_error_and_not_a_short_file() {
        let error = all(b"abc", 4).expect_err("too few bytes");
        assert_eq!(
            error.to_string(),
            "batch: expected bytes, found unexpected end of file"
        );
    }
}
