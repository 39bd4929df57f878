//! The elements of a MATLAB file: a tag with type and size, then so many bytes.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use crate::DataError;

/// The types of elements that are read.
pub(super) mod kind {
    pub(crate) const INT8: u32 = 1;
    pub(crate) const UINT8: u32 = 2;
    pub(crate) const INT32: u32 = 5;
    pub(crate) const UINT32: u32 = 6;
    pub(crate) const MATRIX: u32 = 14;
    pub(crate) const COMPRESSED: u32 = 15;
}

/// The elements in so many bytes of a file.
pub(super) struct Elements<'r> {
    path: &'r Path,
    reader: &'r mut dyn Read,
    failure: &'r dyn Fn(io::Error) -> DataError,
    left: u64,
}

/// Type and size of an element; and its bytes, if they stand in the tag.
type Tag = (u32, u32, Option<[u8; 4]>);

impl<'r> Elements<'r> {
    /// The elements in the next `size` bytes of `reader`.
    pub(super) fn new(
        path: &'r Path,
        reader: &'r mut dyn Read,
        failure: &'r dyn Fn(io::Error) -> DataError,
        size: u64,
    ) -> Self {
        Self {
            path,
            reader,
            failure,
            left: size,
        }
    }

    pub(super) fn fault(&self, expected: &str, found: &str) -> DataError {
        DataError::format(self.path, expected, found)
    }

    /// Reads the next bytes, as many as `buffer` holds.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<(), DataError> {
        let length = buffer.len() as u64;
        let Some(left) = self.left.checked_sub(length) else {
            return Err(self.fault("a whole element", "one that ends early"));
        };
        self.reader
            .read_exact(buffer)
            .map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => self.fault("a whole file", "one that ends early"),
                _ => (self.failure)(error),
            })?;
        self.left = left;
        Ok(())
    }

    /// Reads the bytes that are left, and forgets them.
    pub(super) fn skip(self) -> Result<(), DataError> {
        let mut rest = self.reader.take(self.left);
        let count = io::copy(&mut rest, &mut io::sink()).map_err(self.failure)?;
        if count < self.left {
            let found = "one that ends early";
            return Err(DataError::format(self.path, "a whole file", found));
        }
        Ok(())
    }

    /// Reads a tag of 8 bytes: type and size.
    pub(super) fn tag(&mut self) -> Result<(u32, u32), DataError> {
        let mut both = [[0; 4]; 2];
        self.fill(both.as_flattened_mut())?;
        let [kind, size] = both.map(u32::from_le_bytes);
        Ok((kind, size))
    }

    /// Reads the tag of an element of an array. One of up to four bytes may stand in the tag itself.
    pub(super) fn element(&mut self) -> Result<Tag, DataError> {
        let (kind, size) = self.tag()?;
        // The size of a small element stands in the upper half of its type.
        match (kind & 0xffff, kind >> 16) {
            (kind, 0) => Ok((kind, size, None)),
            (kind, small @ 1..=4) => Ok((kind, small, Some(size.to_le_bytes()))),
            (_, other) => Err(self.fault("a small element of 1 to 4 bytes", &other.to_string())),
        }
    }

    /// Reads a whole element of this type, of at most `limit` bytes, and the padding after it. `what` names it.
    pub(super) fn small(
        &mut self,
        wanted: u32,
        limit: usize,
        what: &str,
    ) -> Result<Vec<u8>, DataError> {
        let (kind, size, within) = self.element()?;
        let size = size as usize;
        if kind != wanted || size > limit {
            let found = format!("an element of type {kind} with {size} bytes");
            return Err(self.fault(what, &found));
        }
        if let Some(bytes) = within {
            return Ok(bytes[..size].to_vec());
        }
        let mut bytes = vec![0; size.next_multiple_of(8)];
        self.fill(&mut bytes)?;
        bytes.truncate(size);
        Ok(bytes)
    }
}
