//! A parquet file whose pages cannot claim more memory than their bytes can fill.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use super::MAGIC;
use super::guarded_schema::check_schema;

/// The most bytes of a page after it is unpacked.
const MAX_PAGE_BYTES: u64 = 1 << 30;
/// Snappy unpacks three bytes into 64 at most.
const MAX_RATIO: u64 = 32;
/// What a page of a few bytes may unpack to.
const SMALL_PAGE_BYTES: u64 = 1 << 16;
/// The last bytes of a file: the length of its footer, and [`MAGIC`].
const END_BYTES: u64 = 8;
/// The sizes stand in the first bytes of a page's header: a kind, and two numbers of at most ten bytes each.
const HEADER_BYTES: u64 = 32;

/// An open parquet file.
pub(super) struct GuardedFile {
    file: File,
    length: u64,
}

impl GuardedFile {
    /// The open file `file` of `length` bytes.
    pub(super) fn new(file: File, length: u64) -> Self {
        Self { file, length }
    }

    /// Refuses a schema that would take too much stack or memory. A file that ends in another way has none that is
    /// read.
    pub(super) fn check_schema(&self) -> Result<()> {
        let Some(end) = self.length.checked_sub(END_BYTES) else {
            return Ok(());
        };
        let mark = self.get_bytes(end, END_BYTES as usize)?;
        let (length, magic) = mark.split_at(4);
        let length = length.try_into().map_or(0, u32::from_le_bytes);
        match end.checked_sub(length.into()) {
            Some(start) if magic == MAGIC => check_schema(&self.get_bytes(start, length as usize)?),
            _ => Ok(()),
        }
    }

    /// A reader from `start` on. Readers share one position, so a new one ends the use of the last.
    fn at(&self, start: u64) -> Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    }

    /// Refuses the page whose header begins at `start` if it claims to unpack to more than it can.
    fn check_page(&self, start: u64) -> Result<()> {
        let mut header = vec![];
        self.at(start)?
            .take(HEADER_BYTES)
            .read_to_end(&mut header)?;
        let [_, unpacked, packed] = sizes(&header)
            .ok_or_else(|| ParquetError::General("a page without its sizes".into()))?;
        let most = packed.saturating_mul(MAX_RATIO);
        let most = most.clamp(SMALL_PAGE_BYTES, MAX_PAGE_BYTES);
        if unpacked > most {
            let text = format!("a page of {packed} bytes that claims to unpack to {unpacked}");
            return Err(ParquetError::General(text));
        }
        Ok(())
    }
}

/// Kind, unpacked and packed size of a page: the first fields of its header, each an i32 in Thrift's compact form.
fn sizes(header: &[u8]) -> Option<[u64; 3]> {
    let mut bytes = header.iter();
    let mut number = || {
        // A field that follows the one before it by 1, of the type i32.
        bytes.next().filter(|byte| **byte == 0x15)?;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = bytes.next()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                // Zigzag form: an odd number is negative.
                return (value & 1 == 0).then_some(value >> 1);
            }
        }
        None
    };
    Some([number()?, number()?, number()?])
}

impl Length for GuardedFile {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for GuardedFile {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        if start != self.length.saturating_sub(END_BYTES) {
            self.check_page(start)?;
        }
        Ok(BufReader::new(self.at(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            let text = format!("{length} bytes at {start} of a file of {}", self.length);
            return Err(ParquetError::EOF(text));
        }
        let mut bytes = Vec::with_capacity(length);
        self.at(start)?
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        if bytes.len() != length {
            return Err(ParquetError::EOF("a file that became shorter".into()));
        }
        Ok(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_the_first_numbers_of_a_header() {
        // Kind 0, 300 bytes unpacked, 5 packed, and more.
        let header = [0x15, 0x00, 0x15, 0xd8, 0x04, 0x15, 0x0a, 0x2c];
        assert_eq!(sizes(&header), Some([0, 300, 5]));
        assert_eq!(sizes(&header[..6]), None);
        assert_eq!(sizes(&[0x15, 0, 0x15, 1, 0x15, 2]), None, "a negative size");
        assert_eq!(sizes(&[0x25; 32]), None);
        assert_eq!(
            sizes(&[
                0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x15
            ]),
            None
        );
    }

    #[test]
    fn a_page_that_claims_a_gigabyte_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        // 2 to the power of 29 bytes from 5.
        let header = [
            0x15, 0x00, 0x15, 0x80, 0x80, 0x80, 0x80, 0x04, 0x15, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0,
        ];
        std::fs::write(&path, header).unwrap();
        let file = GuardedFile::new(File::open(&path).unwrap(), header.len() as u64);
        let said = file.get_read(0).unwrap_err().to_string();
        assert!(
            said.contains("a page of 5 bytes that claims to unpack to 536870912"),
            "{said}"
        );
        assert!(file.get_bytes(12, 9).is_err());
        assert_eq!(file.get_bytes(0, 2).unwrap(), &header[..2]);
    }
}
