//! One HDF5 file: `data`, floats `[N, points, 3]`, and `label`, whole numbers `[N]` or `[N, 1]`.

use std::path::Path;

use hdf5_pure::{DType, Dataset, Error, File};

use crate::DataError;
use crate::file::read_regular;
use crate::source::clouds::MAX_STORED_POINTS;
use crate::source::clouds::choice::StoredPoint;
use crate::source::clouds::rows::Rows;
use crate::source::image_file::caught;

/// The largest file that is read, in bytes. Those of ModelNet40 have at most 90 million.
const MAX_BYTES: u64 = 4 << 30;
/// The most bytes of a chunk after it is unpacked.
const MAX_CHUNK_BYTES: u64 = 1 << 30;

/// Adds the clouds of the file at `path` to `rows`. Returns their labels.
///
/// # Errors
/// A file that is damaged, lacks one of the two, or has others than these, and wrong clouds.
pub(super) fn file(path: &Path, rows: &mut Rows) -> Result<Vec<u16>, DataError> {
    let bytes = read_regular(path, MAX_BYTES).map_err(DataError::io(path))?;
    let asked = Asked { path };
    let file = asked.of(|| File::from_bytes(bytes))?;
    let data = asked.of(|| file.dataset("data"))?;
    let label = asked.of(|| file.dataset("label"))?;
    let (count, points) = asked.shape(&data)?;
    asked.check_labels(&label, count)?;
    asked.check_chunk(&data, 8)?;
    asked.check_chunk(&label, 8)?;
    rows.expect(path, usize::try_from(count).unwrap_or(usize::MAX), points)?;
    let chunk = asked.of(|| data.chunk_shape())?.unwrap_or_default();
    let at_once = Rows::at_once(points) as u64;
    // A chunk that two groups share is unpacked twice.
    let chunk = chunk
        .first()
        .map_or(1, |rows| (*rows).clamp(1, 8 * at_once));
    let at_once = at_once.next_multiple_of(chunk);
    let mut labels = vec![];
    let mut first = 0;
    while first < count {
        let now = at_once.min(count - first);
        let values = asked.of(|| data.read_f64_rows(first, now))?;
        let numbers = asked.of(|| label.read_i64_rows(first, now))?;
        if values.len() as u64 != now * points as u64 * 3 || numbers.len() as u64 != now {
            return Err(asked.fault("a whole HDF5 file", "one with fewer values than it says"));
        }
        let new = numbers.iter().map(|number| {
            u16::try_from(*number)
                .map_err(|_| asked.fault("labels of 0 to 65535", number.to_string()))
        });
        let new = new.collect::<Result<Vec<u16>, _>>()?;
        let stored = values.chunks_exact(3 * points);
        let stored = stored.map(|cloud| cloud.as_chunks::<3>().0.to_vec());
        let stored: Vec<Vec<StoredPoint>> = stored.collect();
        rows.add(path, first as usize, stored, &new)?;
        labels.extend(new);
        first += now;
    }
    Ok(labels)
}

/// What is asked of a file.
#[derive(Clone, Copy)]
struct Asked<'a> {
    path: &'a Path,
}

impl Asked<'_> {
    /// The answer of the library. It may panic at a damaged file, of which nothing is kept then.
    fn of<T>(self, call: impl FnOnce() -> Result<T, Error>) -> Result<T, DataError> {
        let damaged = |found: &str| {
            self.fault("a whole HDF5 file with data and label", found)
                .hinted(
                    "copy or download the file again; if h5py wrote it with libver='latest', write it without",
                )
        };
        match caught(call) {
            Some(answer) => answer.map_err(|error| damaged(&error.to_string())),
            None => Err(damaged("a damaged one")),
        }
    }

    fn fault(self, expected: &str, found: impl Into<String>) -> DataError {
        DataError::format(self.path, expected, found)
    }

    /// The number of clouds and of points of each.
    fn shape(self, data: &Dataset) -> Result<(u64, usize), DataError> {
        let kind = self.of(|| data.dtype())?;
        if !matches!(kind, DType::F32 | DType::F64) {
            return Err(self.fault("data of 32 or 64-bit floats", kind.to_string()));
        }
        let shape = self.of(|| data.shape())?;
        let [count, points, 3] = shape[..] else {
            let expected = "data of N x points x 3";
            return Err(self.fault(expected, in_words(&shape)));
        };
        if count == 0 {
            return Err(self.fault("at least one cloud", "none"));
        }
        match usize::try_from(points) {
            Ok(size) if (1..=MAX_STORED_POINTS).contains(&points) => Ok((count, size)),
            _ => {
                let expected = format!("clouds of 1 to {MAX_STORED_POINTS} points");
                Err(self.fault(&expected, points.to_string()))
            }
        }
    }

    fn check_labels(self, label: &Dataset, count: u64) -> Result<(), DataError> {
        let kind = self.of(|| label.dtype())?;
        let shape = self.of(|| label.shape())?;
        let is_integer = matches!(
            kind,
            DType::I8
                | DType::I16
                | DType::I32
                | DType::I64
                | DType::U8
                | DType::U16
                | DType::U32
                | DType::U64
        );
        if !is_integer {
            return Err(self.fault("label of whole numbers", kind.to_string()));
        }
        match shape[..] {
            [labels] | [labels, 1] if labels == count => Ok(()),
            _ => {
                let expected = format!("a label for each of {count} clouds");
                Err(self.fault(&expected, in_words(&shape)))
            }
        }
    }

    /// Refuses chunks that would take too much memory, of values of at most `bytes` bytes.
    fn check_chunk(self, data: &Dataset, bytes: u64) -> Result<(), DataError> {
        let Some(shape) = self.of(|| data.chunk_shape())? else {
            return Ok(());
        };
        let mut sides = shape.iter();
        let size = sides.try_fold(bytes, |size, side| size.checked_mul(*side));
        match size {
            Some(size) if size <= MAX_CHUNK_BYTES => Ok(()),
            _ => {
                let expected = format!("chunks of at most {MAX_CHUNK_BYTES} bytes");
                Err(self.fault(&expected, in_words(&shape)))
            }
        }
    }
}

/// A shape as words, such as `2048 x 2048 x 3`.
fn in_words(shape: &[u64]) -> String {
    let sides: Vec<String> = shape.iter().map(u64::to_string).collect();
    match sides.is_empty() {
        true => "a single value".into(),
        false => sides.join(" x "),
    }
}
