//! The binary layout: records of labels and an image.

use std::path::Path;

use crate::source::cifar::official::{Cifar, LabelKind};
use crate::source::content::Content;
use crate::{DataError, ImageShape, Images};

/// Bytes of one image.
const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();

/// Records read at a time: few enough to fit into a core's cache.
const RECORDS_AT_ONCE: usize = 64;

/// Reads a batch file with any number of records and appends its images to `images`, with labels of this kind.
///
/// A record of CIFAR-10 is a label and the pixels in the order of [`Images`]. One of CIFAR-100 has two labels: the
/// coarse one, then the fine one.
///
/// # Errors
/// An incomplete record, a label that no class has, and content that cannot be read. `images` may then
/// hold part of the batch.
pub(crate) fn read(
    content: &mut Content<'_>,
    set: Cifar,
    kind: LabelKind,
    images: &mut Images,
) -> Result<(), DataError> {
    let (labels, wanted) = match (set, kind) {
        (Cifar::Ten, _) => (1, 0),
        (Cifar::Hundred, LabelKind::Coarse) => (2, 0),
        (Cifar::Hundred, LabelKind::Fine) => (2, 1),
    };
    let record_bytes = labels + IMAGE_BYTES;
    let last = set.classes(kind) - 1;
    let (records, rest) = (content.size / record_bytes, content.size % record_bytes);
    if rest > 0 {
        return Err(DataError::format(
            content.path,
            format!("records of {record_bytes} bytes"),
            format!("{rest} bytes in record {records} (the first is 0)"),
        ));
    }
    images.reserve(records);
    let mut buffer = vec![0; records.min(RECORDS_AT_ONCE) * record_bytes];
    for first in (0..records).step_by(RECORDS_AT_ONCE) {
        let count = RECORDS_AT_ONCE.min(records - first);
        let records = &mut buffer[..count * record_bytes];
        content.fill(records)?;
        for (index, record) in (first..).zip(records.chunks_exact(record_bytes)) {
            let label = record[wanted];
            if usize::from(label) > last {
                return Err(DataError::format(
                    content.path,
                    format!("a label from 0 to {last} in record {index} (the first is 0)"),
                    label.to_string(),
                ));
            }
            images.push(&record[labels..], label.into());
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
