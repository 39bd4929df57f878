//! The bytes of a pickle, read from front to back.

use super::Fault;

/// Longer than the name of any class.
const MAX_NAME_BYTES: usize = 256;

/// The bytes, the reading position, and the offset of the current opcode.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
    opcode_at: usize,
}

impl<'a> Input<'a> {
    /// Reads `bytes` from the start.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            opcode_at: 0,
        }
    }

    /// The next opcode. Errors refer to its offset until the following one.
    pub(super) fn opcode(&mut self) -> Result<u8, Fault> {
        self.opcode_at = self.at;
        self.byte()
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        self.array().map(|[byte]| byte)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let bytes = self.take(N as u64)?;
        Ok(*bytes.first_chunk().expect("take gives as many as asked"))
    }

    /// The next `length` bytes, without a copy.
    pub(super) fn take(&mut self, length: u64) -> Result<&'a [u8], Fault> {
        let rest = &self.bytes[self.at..];
        let taken = usize::try_from(length).ok().and_then(|n| rest.get(..n));
        let Some(taken) = taken else {
            let left = rest.len();
            return self.fault(&format!("{left} bytes left of {length} in its pickle"));
        };
        self.at += taken.len();
        Ok(taken)
    }

    /// The next `length` bytes as text.
    pub(super) fn text(&mut self, length: u64) -> Result<&'a str, Fault> {
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).or_else(|_| self.fault("a text that is not UTF-8"))
    }

    /// The text before the next line break, which is skipped.
    pub(super) fn line(&mut self) -> Result<&'a str, Fault> {
        let rest = &self.bytes[self.at..];
        let window = &rest[..rest.len().min(MAX_NAME_BYTES)];
        let Some(length) = window.iter().position(|&byte| byte == b'\n') else {
            return self.fault("a name without an end");
        };
        let line = self.text(length as u64);
        self.at += 1;
        line
    }

    /// An error at the current opcode.
    pub(super) fn fault<T>(&self, found: &str) -> Result<T, Fault> {
        Fault::damaged(format!("{found}, at byte {} of data.pkl", self.opcode_at))
    }
}
