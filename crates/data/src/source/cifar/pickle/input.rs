//! The bytes of a pickle, read from front to back.

use std::path::Path;

use super::opcode::{Foreign, foreign};
use super::python_three::written_again;
use crate::DataError;
use crate::source::signature::Signature;

/// Longer than any allowed name.
const MAX_NAME_BYTES: usize = 64;

/// The bytes, the reading position, and the offset of the current opcode.
pub(super) struct Input<'a, 'p> {
    path: &'p Path,
    bytes: &'a [u8],
    at: usize,
    opcode_at: usize,
}

impl<'a, 'p> Input<'a, 'p> {
    /// Reads `bytes` from the start. `path` is for error messages.
    pub(super) fn new(path: &'p Path, bytes: &'a [u8]) -> Self {
        Self {
            path,
            bytes,
            at: 0,
            opcode_at: 0,
        }
    }

    /// The next opcode. Errors refer to its offset until the following one.
    pub(super) fn opcode(&mut self) -> Result<u8, DataError> {
        self.opcode_at = self.at;
        self.byte()
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, DataError> {
        self.array().map(|[byte]| byte)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], DataError> {
        let bytes = self.take(N)?;
        Ok(*bytes.first_chunk().expect("take gives as many as asked"))
    }

    /// The next `length` bytes, without a copy.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], DataError> {
        let rest = &self.bytes[self.at..];
        let Some(taken) = rest.get(..length) else {
            return Err(self.fault(
                &format!("{length} more bytes of a pickle"),
                format!("{} in an opcode", rest.len()),
            ));
        };
        self.at += length;
        Ok(taken)
    }

    /// The bytes before the next line break, which is skipped.
    pub(super) fn line(&mut self) -> Result<&'a [u8], DataError> {
        let rest = &self.bytes[self.at..];
        let window = &rest[..rest.len().min(MAX_NAME_BYTES)];
        let Some(length) = window.iter().position(|&byte| byte == b'\n') else {
            return Err(self.fault("a short name on a line", "none"));
        };
        self.at += length + 1;
        Ok(&rest[..length])
    }

    /// An error at the current opcode.
    pub(super) fn fault(&self, expected: &str, found: impl Into<String>) -> DataError {
        let found = format!("{} at offset {}", found.into(), self.opcode_at);
        DataError::format(self.path, expected, found)
    }

    /// An error for a pickle that was not written by Python 2 as CIFAR-10's are.
    pub(super) fn rewritten(&self, found: &str) -> DataError {
        written_again(
            self.path,
            "a pickle as Python 2 wrote it for CIFAR-10",
            found,
        )
    }

    /// An error for an opcode that no batch has.
    pub(super) fn foreign(&self, code: u8) -> DataError {
        match foreign(code) {
            Foreign::PythonThree => self.rewritten("strings as Python 3 writes them"),
            Foreign::TextForm => self.rewritten("protocol 0 or 1"),
            Foreign::Value(kind) => self.fault("the values of a CIFAR-10 batch", kind),
            Foreign::Unknown if self.opcode_at == 0 => {
                let found = Signature::of(self.bytes).map(|kind| kind.to_string());
                let found = found.unwrap_or_else(|| "another file".into());
                DataError::format(self.path, "a Python pickle", found)
            }
            Foreign::Unknown => self.fault("a Python pickle", "a damaged one"),
        }
    }
}
