//! The bytes of an array's file, with its errors.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::DataError;
use crate::source::content::Content;

/// A file of NumPy's while it is read.
pub(crate) struct Input<'a> {
    pub(crate) path: &'a Path,
    /// Its length in bytes, as a folder or an archive says it.
    pub(crate) size: u64,
    reader: &'a mut dyn Read,
    failure: &'a dyn Fn(io::Error) -> DataError,
}

impl<'a> Input<'a> {
    /// The file of which nothing was read yet.
    pub(crate) fn new(content: &'a mut Content<'_>) -> Self {
        Self {
            path: content.path,
            size: content.size as u64,
            reader: &mut *content.reader,
            failure: content.failure,
        }
    }

    /// The error that this file is not as `expected`.
    pub(super) fn fault(&self, expected: impl Into<String>, found: impl Into<String>) -> DataError {
        DataError::format(self.path, expected, found)
    }

    /// Reads the next bytes, as many as `buffer` holds.
    ///
    /// # Errors
    /// A file that ends before, or cannot be read.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<(), DataError> {
        let read = self.reader.read_exact(buffer);
        read.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => self
                .fault("a whole NumPy array", "one that ends early")
                .hinted("copy or download the file again"),
            _ => (self.failure)(error),
        })
    }

    /// Checks that the file ends here.
    ///
    /// # Errors
    /// More bytes, or a file that cannot be read.
    pub(crate) fn end(&mut self) -> Result<(), DataError> {
        // This also reads the checksum at the end of a packed file.
        match self.reader.read(&mut [0]).map_err(self.failure)? {
            0 => Ok(()),
            _ => Err(self.fault("as many values as the header says", "more")),
        }
    }
}
