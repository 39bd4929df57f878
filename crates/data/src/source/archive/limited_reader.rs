//! A limit on the size that an archive unpacks to.

use std::io::{self, Read};

/// How many times its size an archive may unpack to. Photos hardly shrink; drawings and text do.
const MAX_INFLATION: u64 = 100;
/// What any archive may unpack to.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// The most bytes that an archive of `size` bytes may unpack to.
pub(super) fn most_of(size: u64) -> u64 {
    ALWAYS_ALLOWED.saturating_add(size.saturating_mul(MAX_INFLATION))
}

/// A reader that returns an error once a limit is exceeded. [`Read::take`] would report the end of the
/// file instead.
pub(super) struct LimitedReader<R> {
    inner: R,
    left: u64,
}

impl<R> LimitedReader<R> {
    /// A reader of the content of an archive of `size` bytes, that has read nothing yet.
    pub(super) fn new(inner: R, size: u64) -> Self {
        Self::with(inner, most_of(size))
    }

    /// A reader of at most `left` bytes.
    pub(super) fn with(inner: R, left: u64) -> Self {
        Self { inner, left }
    }

    /// How many bytes may still be read.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The reader within.
    pub(super) fn into_inner(self) -> R {
        self.inner
    }
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let Some(left) = self.left.checked_sub(count as u64) else {
            return Err(io::Error::other("content of more than 100 times its size"));
        };
        self.left = left;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_without_end_is_cut_off() {
        let mut reader = LimitedReader {
            inner: io::repeat(0),
            left: 1000,
        };
        let error = io::copy(&mut reader, &mut io::sink()).expect_err("no end");
        assert_eq!(error.to_string(), "content of more than 100 times its size");
    }
}
