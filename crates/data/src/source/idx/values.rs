//! The values of an idx file: a header with their dimensions, then u8 in rows.

use std::io::{self, BufReader, ErrorKind, Read};

use sha2::{Digest, Sha256};

use super::IdxFile;
use crate::DataError;
use crate::source::content::Content;
use crate::source::gzip_members::GzipMembers;

/// The type of values that is read; there are others, up to 64 bits.
const UINT8: u8 = 0x08;
/// The most values of a file: 1 GiB. The largest one of EMNIST has 547 million.
const MAX_VALUES: u64 = 1 << 30;
/// How many values a packed file may have for each of its bytes, besides the first 64 Mi.
const MAX_INFLATION: u64 = 100;
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// All values of a file.
pub(super) struct Values {
    /// The length of each dimension.
    pub(super) dims: Vec<usize>,
    /// The values; the last dimension changes fastest.
    pub(super) bytes: Vec<u8>,
    /// SHA-256 of a packed file, in lower-case hexadecimal.
    pub(super) digest: Option<String>,
}

impl Values {
    /// Reads a whole file.
    ///
    /// # Errors
    /// A file that is not idx, holds other values than u8 or of other dimensions, or has other values than its header
    /// says.
    pub(super) fn read(content: &mut Content<'_>, file: IdxFile) -> Result<Self, DataError> {
        let size = content.size as u64;
        let damaged = Damaged {
            path: content.path,
            failure: content.failure,
        };
        let mut hashed = Hashed {
            inner: &mut *content.reader,
            hash: Sha256::new(),
        };
        if !file.packed {
            let (dims, bytes) = read_unpacked(&mut hashed, file, size, &damaged)?;
            return Ok(Self {
                dims,
                bytes,
                digest: None,
            });
        }
        let mut unpacked = GzipMembers::new(BufReader::with_capacity(1 << 16, &mut hashed));
        let most = ALWAYS_ALLOWED.saturating_add(size.saturating_mul(MAX_INFLATION));
        let (dims, bytes) = read_unpacked(&mut unpacked, file, most, &damaged)?;
        // The digest is that of the whole file.
        unpacked
            .trailing_bytes()
            .map_err(|error| damaged.by(error))?;
        Ok(Self {
            dims,
            bytes,
            digest: Some(crate::hex(&hashed.hash.finalize())),
        })
    }
}

/// Reads header and values. They have at most `most` bytes, by what the file holds.
fn read_unpacked(
    reader: &mut dyn Read,
    file: IdxFile,
    most: u64,
    damaged: &Damaged<'_>,
) -> Result<(Vec<usize>, Vec<u8>), DataError> {
    let mut start = [0; 4];
    reader
        .read_exact(&mut start)
        .map_err(|error| damaged.by(error))?;
    let wanted = file.what.dimensions();
    match start {
        [0, 0, UINT8, dimensions] if dimensions == wanted => {}
        [0, 0, UINT8, other] => {
            let expected = format!("an idx file of {wanted} dimensions");
            return Err(damaged.fault(expected, other.to_string()));
        }
        [0, 0, 0x09..=0x0e, _] => {
            return Err(damaged.fault("an idx file of u8", "one of another type"));
        }
        _ => return Err(damaged.fault("an idx file", "another file")),
    }
    let mut dims = vec![];
    for _ in 0..wanted {
        let mut side = [0; 4];
        reader
            .read_exact(&mut side)
            .map_err(|error| damaged.by(error))?;
        dims.push(u32::from_be_bytes(side));
    }
    let product = dims
        .iter()
        .try_fold(1_u64, |all, &side| all.checked_mul(side.into()));
    let Some(count) = product.filter(|count| *count <= MAX_VALUES) else {
        let expected = format!("at most {MAX_VALUES} values");
        return Err(damaged.fault(expected, format!("the dimensions {dims:?}")));
    };
    if file.packed && count > most {
        let expected = format!("values of at most {MAX_INFLATION} times the file's size");
        return Err(damaged.fault(expected, count.to_string()));
    }
    // A header that claims more values than the file can hold gets no room for them.
    let mut bytes = Vec::new();
    let room = count.min(most) as usize;
    if bytes.try_reserve_exact(room).is_err() {
        return Err(damaged.fault("values that fit into memory", count.to_string()));
    }
    let mut values = reader.take(count);
    values
        .read_to_end(&mut bytes)
        .map_err(|error| damaged.by(error))?;
    let expected = format!("the {count} values that the header says");
    if (bytes.len() as u64) < count {
        return Err(damaged.fault(expected, bytes.len().to_string()));
    }
    // This also reads the checksum at the end of a packed file.
    match reader.read(&mut [0]).map_err(|error| damaged.by(error))? {
        0 => Ok((dims.iter().map(|&side| side as usize).collect(), bytes)),
        _ => Err(damaged.fault(expected, "more")),
    }
}

/// The errors of one file.
struct Damaged<'a> {
    path: &'a std::path::Path,
    failure: &'a dyn Fn(io::Error) -> DataError,
}

impl Damaged<'_> {
    fn fault(&self, expected: impl Into<String>, found: impl Into<String>) -> DataError {
        DataError::format(self.path, expected, found)
    }

    fn by(&self, error: io::Error) -> DataError {
        match error.kind() {
            ErrorKind::UnexpectedEof => self.fault("a whole file", "one that ends early"),
            // What the decoder of gzip says.
            ErrorKind::InvalidInput | ErrorKind::InvalidData => {
                self.fault("a whole gzip file", "a damaged one")
            }
            _ => (self.failure)(error),
        }
    }
}

/// A reader that computes the digest of what goes through it.
struct Hashed<'a> {
    inner: &'a mut dyn Read,
    hash: Sha256,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}
