//! CIFAR-10's binary layout: records of a label and an image.

use std::path::Path;

use crate::{CIFAR10_CLASSES, DataError, IMAGE_BYTES, Images};

/// Bytes of one record: its label, then its pixels as [`Images`] holds them.
const RECORD_BYTES: usize = 1 + IMAGE_BYTES;

/// Reads a batch file of any whole number of records.
///
/// # Errors
/// A record that is cut short, or a label that is not below 10; `path` is only named in them.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Images, DataError> {
    let records = bytes.chunks_exact(RECORD_BYTES);
    let rest = records.remainder().len();
    if rest > 0 {
        return Err(DataError::format(
            path,
            format!("records of {RECORD_BYTES} bytes"),
            format!("{rest} bytes in record {} (the first is 0)", records.len()),
        ));
    }
    let mut images = Images::with_capacity(records.len());
    for (index, record) in records.enumerate() {
        let label = record[0];
        if usize::from(label) >= CIFAR10_CLASSES.len() {
            return Err(DataError::format(
                path,
                format!("a label from 0 to 9 in record {index} (the first is 0)"),
                label.to_string(),
            ));
        }
        images.push(&record[1..], label);
    }
    Ok(images)
}

/// Reads the class names of `batches.meta.txt`: one a line, blank lines aside.
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
pub(crate) mod tests {
    use super::*;

    /// An image that differs from those of other seeds in every pixel.
    pub(crate) fn pixels(seed: u8) -> Vec<u8> {
        let pattern = (0..IMAGE_BYTES).map(|index| (index % 251) as u8);
        pattern.map(|value| value.wrapping_add(seed)).collect()
    }

    /// A batch file in which the image at each index has that index as its seed.
    pub(crate) fn batch(labels: &[u8]) -> Vec<u8> {
        let records = labels.iter().zip(0_u8..);
        records
            .flat_map(|(&label, seed)| [vec![label], pixels(seed)].concat())
            .collect()
    }

    fn message(bytes: &[u8]) -> String {
        let error = parse(Path::new("batch.bin"), bytes).expect_err("a bad batch");
        error.to_string()
    }

    #[test]
    fn records_become_images_in_order() {
        let images = parse(Path::new("batch.bin"), &batch(&[3, 9])).expect("a good batch");
        assert_eq!(images.labels(), [3, 9]);
        assert_eq!(images.image(0), pixels(0));
        assert_eq!(images.image(1), pixels(1));
    }

    #[test]
    fn a_batch_cut_mid_record_names_the_record() {
        let whole = batch(&[0, 1, 2]);
        assert_eq!(
            message(&whole[..RECORD_BYTES * 2 + 100]),
            "batch.bin: expected records of 3073 bytes, found 100 bytes in record 2 (the first is 0)"
        );
        for length in 1..whole.len() {
            let cut = parse(Path::new("batch.bin"), &whole[..length]);
            assert_eq!(cut.is_ok(), length % RECORD_BYTES == 0, "{length} bytes");
        }
    }

    #[test]
    fn a_label_of_200_names_the_record() {
        assert_eq!(
            message(&batch(&[0, 200])),
            "batch.bin: expected a label from 0 to 9 in record 1 (the first is 0), found 200"
        );
        assert!(message(&batch(&[10])).ends_with("found 10"));
    }

    #[test]
    fn class_names_skip_the_blank_last_line() {
        let names = class_names(Path::new("meta"), b"cat\r\ndog\n\n").expect("good names");
        assert_eq!(names, ["cat", "dog"]);
        assert!(class_names(Path::new("meta"), b"\xff").is_err());
    }
}
