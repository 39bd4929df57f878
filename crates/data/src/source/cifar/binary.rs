//! CIFAR-10's binary layout: records of a label and an image.

use std::path::Path;

use crate::source::cifar::content::Content;
use crate::{CIFAR10_CLASSES, DataError, ImageShape, Images};

/// Bytes of one image.
const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();

/// Bytes of one record: a label, then the pixels in the order of [`Images`].
const RECORD_BYTES: usize = 1 + IMAGE_BYTES;

/// Records read at a time: few enough to fit into a core's cache.
const RECORDS_AT_ONCE: usize = 64;

/// Reads a batch file with any number of records and appends its images to `images`.
///
/// # Errors
/// An incomplete record, a label of 10 or more, and content that cannot be read. `images` may then
/// hold part of the batch.
pub(crate) fn read(content: &mut Content<'_>, images: &mut Images) -> Result<(), DataError> {
    let (records, rest) = (content.size / RECORD_BYTES, content.size % RECORD_BYTES);
    if rest > 0 {
        return Err(DataError::format(
            content.path,
            format!("records of {RECORD_BYTES} bytes"),
            format!("{rest} bytes in record {records} (the first is 0)"),
        ));
    }
    images.reserve(records);
    let mut buffer = vec![0; records.min(RECORDS_AT_ONCE) * RECORD_BYTES];
    for first in (0..records).step_by(RECORDS_AT_ONCE) {
        let count = RECORDS_AT_ONCE.min(records - first);
        let records = &mut buffer[..count * RECORD_BYTES];
        content.fill(records)?;
        for (index, record) in (first..).zip(records.chunks_exact(RECORD_BYTES)) {
            let label = record[0];
            if usize::from(label) >= CIFAR10_CLASSES.len() {
                return Err(DataError::format(
                    content.path,
                    format!("a label from 0 to 9 in record {index} (the first is 0)"),
                    label.to_string(),
                ));
            }
            images.push(&record[1..], label.into());
        }
    }
    Ok(())
}

/// Reads the class names of `batches.meta.txt`: one per line, ignoring blank lines.
///
/// # Errors
/// Text that is not UTF-8.
pub(crate) fn class_names(path: &Path, bytes: &[u8]) -> Result<Vec<String>, DataError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DataError::format(path, "class names in UTF-8", error.to_string()))?;
    let names = text.lines().map(str::trim).filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
pub(crate) mod tests;
