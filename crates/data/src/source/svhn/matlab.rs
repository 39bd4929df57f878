//! MATLAB's file format, version 5: a header, then one element for each variable, perhaps compressed.
//!
//! Only what a set of images needs is read: arrays of bytes. Sizes in a file are not believed: no buffer is larger than
//! the bytes that have come.
//!
//! Source: "MAT-File Format", The MathWorks, chapter 1.

mod element;

use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::ZlibDecoder;

use crate::DataError;
use crate::source::content::Content;
use element::{Elements, kind};

/// Bytes of the header: a text, the version and two letters that tell the order of bytes.
const HEADER: usize = 128;
/// The most dimensions of an array that is read.
const MAX_DIMENSIONS: usize = 4;
/// The longest name of a variable, in bytes; MATLAB's have 63 at most.
const MAX_NAME: usize = 64;
/// The most variables of a file.
const MAX_VARIABLES: usize = 64;
/// How many bytes a compressed variable may become for each of its own, besides the first 64 Mi.
const MAX_INFLATION: u64 = 100;
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// The classes of numeric arrays: from double to uint64.
const NUMERIC: std::ops::RangeInclusive<u32> = 6..=15;
/// The bit of an array's flags that says that it has an imaginary part.
const COMPLEX: u32 = 0x0800;

/// An array of bytes whose values have not been read yet. The first dimension changes fastest.
pub(super) struct ByteArray<'a, 'r> {
    /// The variable's name.
    pub(super) name: &'a str,
    /// The length of each dimension.
    pub(super) dims: &'a [usize],
    /// The most bytes that the values can have, by what the file holds of them.
    pub(super) most: u64,
    values: Values<'a, 'r>,
}

/// Where the values are.
enum Values<'a, 'r> {
    /// In the element's tag, if there are four at most.
    Within(&'a [u8]),
    After(&'a mut Elements<'r>),
}

impl ByteArray<'_, '_> {
    /// Reads the next values, as many as `buffer` holds.
    ///
    /// # Errors
    /// Values that cannot be read, or that end early.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<(), DataError> {
        match &mut self.values {
            Values::After(elements) => elements.fill(buffer),
            Values::Within(values) => {
                let (now, later) = values.split_at(buffer.len().min(values.len()));
                buffer[..now.len()].copy_from_slice(now);
                *values = later;
                Ok(())
            }
        }
    }
}

/// Takes one array, and reads the values that it wants.
type Take<'t> = dyn FnMut(&mut ByteArray<'_, '_>) -> Result<(), DataError> + 't;

/// Reads all variables of a file, and hands each array of bytes to `take`. Other variables are skipped.
///
/// # Errors
/// A file of another format or version, damage, more than 64 variables, and those of `take`.
pub(super) fn read(content: &mut Content<'_>, take: &mut Take<'_>) -> Result<(), DataError> {
    check_header(content)?;
    let (path, failure, content_size) = (content.path, content.failure, content.size as u64);
    let mut file = BufReader::with_capacity(1 << 16, &mut *content.reader);
    for _ in 0..=MAX_VARIABLES {
        if file.fill_buf().map_err(failure)?.is_empty() {
            return Ok(());
        }
        let (kind, size) = Elements::new(path, &mut file, failure, 8).tag()?;
        let size = u64::from(size);
        match kind {
            kind::COMPRESSED => compressed(path, file.by_ref().take(size), failure, take)?,
            kind::MATRIX => {
                let elements = Elements::new(path, &mut file, failure, size);
                matrix(elements, content_size.min(size), take)?;
            }
            _ => Elements::new(path, &mut file, failure, size.next_multiple_of(8)).skip()?,
        }
    }
    let expected = format!("at most {MAX_VARIABLES} variables");
    Err(DataError::format(path, expected, "more"))
}

/// Checks format, version and order of bytes.
fn check_header(content: &mut Content<'_>) -> Result<(), DataError> {
    let fault = |found: &str| DataError::format(content.path, "a MATLAB file of version 5", found);
    if content.size < HEADER {
        return Err(fault("a file that is too short"));
    }
    let (path, mut header) = (content.path, [0; HEADER]);
    content.fill(&mut header)?;
    let fault = |found: &str| DataError::format(path, "a MATLAB file of version 5", found);
    match &header[124..] {
        [0x00, 0x01, b'I', b'M'] => Ok(()),
        [0x01, 0x00, b'M', b'I'] => Err(fault("one with the higher bytes first")
            .hinted("save it again on a usual machine, for example with scipy.io.savemat")),
        _ if header.starts_with(b"MATLAB 7.3") => {
            Err(fault("one of version 7.3").hinted("save it again in MATLAB with: save -v7"))
        }
        _ => Err(fault("another file")),
    }
}

/// Reads a compressed variable. The stream ends with a checksum.
fn compressed(
    path: &Path,
    mut stored: io::Take<impl BufRead>,
    failure: &dyn Fn(io::Error) -> DataError,
    take: &mut Take<'_>,
) -> Result<(), DataError> {
    let most = ALWAYS_ALLOWED.saturating_add(stored.limit().saturating_mul(MAX_INFLATION));
    let damaged = |error: io::Error| match error.kind() {
        // What the decoder says.
        ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
            DataError::format(path, "a whole compressed variable", "a damaged one")
        }
        _ => failure(error),
    };
    let mut unpacked = ZlibDecoder::new(&mut stored).take(most);
    let (kind, size) = Elements::new(path, &mut unpacked, &damaged, 8).tag()?;
    if kind != kind::MATRIX {
        let found = format!("an element of type {kind}");
        return Err(DataError::format(
            path,
            "an array in each compressed variable",
            found,
        ));
    }
    if u64::from(size) > most {
        let expected = format!("variables of at most {MAX_INFLATION} times their size in the file");
        return Err(DataError::format(path, expected, "one of more"));
    }
    let elements = Elements::new(path, &mut unpacked, &damaged, size.into());
    matrix(elements, most, take)?;
    match unpacked.read(&mut [0]).map_err(damaged)? {
        0 => {}
        _ => {
            return Err(DataError::format(
                path,
                "one array in each compressed variable",
                "more",
            ));
        }
    }
    io::copy(&mut stored, &mut io::sink()).map_err(failure)?;
    Ok(())
}

/// Reads an array, whose tag has been read. Its values have at most `most` bytes.
fn matrix(mut elements: Elements<'_>, most: u64, take: &mut Take<'_>) -> Result<(), DataError> {
    let flags = elements.small(kind::UINT32, 8, "the flags of an array")?;
    let flags = flags
        .first_chunk()
        .map_or(0, |flags| u32::from_le_bytes(*flags));
    let dims = elements.small(
        kind::INT32,
        4 * MAX_DIMENSIONS,
        "the dimensions of an array",
    )?;
    let name = elements.small(kind::INT8, MAX_NAME, "the name of an array")?;
    if !NUMERIC.contains(&(flags & 0xff)) {
        return elements.skip();
    }
    let (dims, _) = dims.as_chunks::<4>();
    let dims = dims
        .iter()
        .map(|&side| usize::try_from(i32::from_le_bytes(side)).ok());
    let dims: Vec<usize> = dims
        .collect::<Option<_>>()
        .ok_or_else(|| elements.fault("dimensions from 0", "others"))?;
    let product = dims
        .iter()
        .try_fold(1_u64, |all, &side| all.checked_mul(side as u64));
    let (kind, size, within) = elements.element()?;
    if kind != kind::UINT8 || flags & COMPLEX != 0 {
        return elements.skip();
    }
    let name = String::from_utf8_lossy(&name);
    if product != Some(size.into()) {
        let expected = format!("as many values of {name} as {dims:?} have");
        return Err(elements.fault(&expected, &size.to_string()));
    }
    let values = match &within {
        Some(values) => Values::Within(&values[..size as usize]),
        None => Values::After(&mut elements),
    };
    take(&mut ByteArray {
        name: &name,
        dims: &dims,
        most: most.min(size.into()),
        values,
    })?;
    elements.skip()
}

#[cfg(test)]
pub(super) mod tests;
