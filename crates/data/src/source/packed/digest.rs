//! The digest of a packed set's header, size and labels: all but the pixels.

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::header::Header;
use crate::DataError;

/// The key of the digest in the metadata.
pub(super) const KEY: &str = "digest";

/// SHA-256 of one text, in hexadecimal, and of the labels: a line for each tensor, sorted; a line `KEY=VALUE` for each
/// text of the metadata but the digest, sorted; the size of the file; and then all labels in the order of the parts, two
/// bytes each.
pub(super) fn digest<'a>(
    tensor_lines: &[String],
    texts: &HashMap<String, String>,
    file_size: u64,
    labels: impl Iterator<Item = &'a [u16]>,
) -> String {
    let mut hash = Sha256::new();
    for line in tensor_lines {
        hash.update(format!("{line}\n"));
    }
    let mut texts: Vec<(&String, &String)> = texts.iter().filter(|(key, _)| *key != KEY).collect();
    texts.sort();
    for (key, value) in texts {
        // A length before each keeps two texts from being taken for other two.
        hash.update(format!("{}:{key}={}:{value}\n", key.len(), value.len()));
    }
    hash.update(format!("{file_size}\n"));
    for labels in labels {
        let bytes: Vec<u8> = labels
            .iter()
            .flat_map(|label| label.to_le_bytes())
            .collect();
        hash.update(bytes);
    }
    crate::hex(&hash.finalize())
}

/// Refuses a file whose digest is another than the one that it states. A file without one says nothing of its pixels.
pub(super) fn check(
    path: &Path,
    header: &Header,
    labels: &[Option<Vec<u16>>],
) -> Result<(), DataError> {
    let Some(stated) = header.texts.get(KEY) else {
        return Ok(());
    };
    let labels = labels.iter().flatten().map(Vec::as_slice);
    let found = digest(
        &header.tensor_lines,
        &header.texts,
        header.file_size,
        labels,
    );
    if *stated == found {
        return Ok(());
    }
    let expected = format!("header and labels with digest {stated:.12}…");
    Err(
        DataError::format(path, expected, format!("{found:.12}…")).hinted(
            "the file was changed after it was packed: pack the images again, or save it without `digest`, \
             `fingerprint`, `mean` and `std` in its metadata",
        ),
    )
}
