//! A limit on the size that an archive unpacks to.

use std::io::{self, Read};

/// The most bytes that an archive may unpack to; the official ones have 190 million.
const MAX_UNPACKED_BYTES: u64 = 512 << 20;

/// A reader that returns an error once a limit is exceeded. [`Read::take`] would report the end of the
/// file instead.
pub(super) struct LimitedReader<R> {
    inner: R,
    left: u64,
}

impl<R> LimitedReader<R> {
    /// A reader that has read nothing yet.
    pub(super) fn new(inner: R) -> Self {
        let left = MAX_UNPACKED_BYTES;
        Self { inner, left }
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
            return Err(io::Error::other("more than 512 MiB of content"));
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
        assert_eq!(error.to_string(), "more than 512 MiB of content");
    }
}
