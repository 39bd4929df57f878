//! A file's bytes while they are read, whether they come from a folder or from an archive.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::DataError;

/// The content of one file, read on demand.
pub(crate) struct Content<'a> {
    /// The file; an archive's member is written `archive.tar.gz/member`.
    pub(crate) path: &'a Path,
    /// Length in bytes, as a folder or an archive says it.
    pub(crate) size: usize,
    /// Where the bytes come from.
    pub(crate) reader: &'a mut dyn Read,
    /// Maps an error of `reader` to this crate's error.
    pub(crate) failure: &'a dyn Fn(io::Error) -> DataError,
}

impl Content<'_> {
    /// Refuses a file of more than `limit` bytes.
    ///
    /// # Errors
    /// A larger file.
    pub(crate) fn at_most(&self, limit: u64) -> Result<(), DataError> {
        if self.size as u64 <= limit {
            return Ok(());
        }
        let expected = format!("at most {limit} bytes");
        Err(DataError::format(
            self.path,
            expected,
            self.size.to_string(),
        ))
    }

    /// Reads the next bytes, as many as `buffer` holds.
    ///
    /// # Errors
    /// Content that cannot be read, or that ends before the buffer is full.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<(), DataError> {
        self.reader.read_exact(buffer).map_err(self.failure)
    }

    /// Reads the first bytes, as many as there are and `buffer` holds, and returns their number.
    ///
    /// # Errors
    /// Content that cannot be read.
    pub(crate) fn start(&mut self, buffer: &mut [u8]) -> Result<usize, DataError> {
        let mut length = 0;
        while length < buffer.len() {
            match self
                .reader
                .read(&mut buffer[length..])
                .map_err(self.failure)?
            {
                0 => break,
                count => length += count,
            }
        }
        Ok(length)
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
