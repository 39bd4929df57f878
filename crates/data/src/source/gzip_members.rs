//! A gzip file: one compressed stream or several, and what may follow them.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Reads the content of all streams of a gzip file, one after another, as `gzip` does.
///
/// Bytes after the last stream are not content. `gzip` ignores them, too: tapes and some tools fill up a file with
/// zeros, and some downloads add bytes.
pub(crate) struct GzipMembers<R> {
    state: State<R>,
}

enum State<R> {
    Within(GzDecoder<R>),
    Between(R),
    After(R),
    /// Only while a state is replaced.
    Moved,
}

impl<R: BufRead> GzipMembers<R> {
    /// A reader at the start of the first stream.
    pub(crate) fn new(file: R) -> Self {
        let state = State::Within(GzDecoder::new(file));
        Self { state }
    }

    /// Reads the rest of the file after the last stream. Returns the number of its bytes, or 0 if all of
    /// them are zeros. All content must have been read.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn trailing_bytes(self) -> io::Result<usize> {
        let State::After(mut file) = self.state else {
            return Ok(0);
        };
        let (mut count, mut only_zeros) = (0, true);
        loop {
            let bytes = file.fill_buf()?;
            if bytes.is_empty() {
                return Ok(if only_zeros { 0 } else { count });
            }
            only_zeros &= bytes.iter().all(|&byte| byte == 0);
            let length = bytes.len();
            count += length;
            file.consume(length);
        }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                State::Within(decoder) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        return Ok(count);
                    }
                }
                State::Between(_) => {}
                State::After(_) | State::Moved => return Ok(0),
            }
            self.state = match std::mem::replace(&mut self.state, State::Moved) {
                State::Within(decoder) => State::Between(decoder.into_inner()),
                State::Between(mut file) => {
                    // The buffer may end after the first byte of a stream.
                    let next = file.fill_buf()?;
                    if !next.is_empty() && MAGIC.starts_with(&next[..next.len().min(2)]) {
                        State::Within(GzDecoder::new(file))
                    } else {
                        State::After(file)
                    }
                }
                other => other,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    /// The content and the number of bytes after it.
    fn read(file: &[u8]) -> io::Result<(Vec<u8>, usize)> {
        // A buffer of three bytes ends at every place of a stream.
        let mut reader = GzipMembers::new(io::BufReader::with_capacity(3, file));
        let mut content = Vec::new();
        reader.read_to_end(&mut content)?;
        Ok((content, reader.trailing_bytes()?))
    }

    #[test]
    fn all_streams_are_read() {
        for first in 0..8 {
            let file = [gzip(&b"abcdefgh"[..first]), gzip(b""), gzip(b"second")].concat();
            let (content, after) = read(&file).expect("two streams");
            assert_eq!(content, [&b"abcdefgh"[..first], b"second"].concat());
            assert_eq!(after, 0);
        }
    }

    #[test]
    fn zeros_and_other_bytes_after_the_streams_are_no_content() {
        for (after, count) in [(&[0; 1000][..], 0), (b"trailing", 8), (b"\0\0x", 3)] {
            let file = [&gzip(b"content"), after].concat();
            assert_eq!(read(&file).expect("a stream"), (b"content".to_vec(), count));
        }
    }

    #[test]
    fn a_stream_that_ends_early_is_an_error() {
        let whole = [gzip(b"first"), gzip(b"second")].concat();
        let between = gzip(b"first").len();
        for length in (0..whole.len()).filter(|length| *length != between) {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
    }
}
