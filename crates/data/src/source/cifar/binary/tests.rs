use super::*;

/// An image that differs in every pixel from the images of other seeds.
pub(crate) fn pixels(seed: u8) -> Vec<u8> {
    let pattern = (0..IMAGE_BYTES).map(|index| (index % 251) as u8);
    pattern.map(|value| value.wrapping_add(seed)).collect()
}

/// A batch file in which the seed of each image is its index.
pub(crate) fn batch(labels: &[u8]) -> Vec<u8> {
    let records = labels.iter().zip(0_u8..);
    records
        .flat_map(|(&label, seed)| [vec![label], pixels(seed)].concat())
        .collect()
}

/// A batch file of CIFAR-100, with a coarse and a fine label for each image.
pub(crate) fn batch_of_two(labels: &[[u8; 2]]) -> Vec<u8> {
    let records = labels.iter().zip(0_u8..);
    records
        .flat_map(|(labels, seed)| [labels.to_vec(), pixels(seed)].concat())
        .collect()
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Images, DataError> {
    let mut images = Images::new(crate::ImageShape::CIFAR10);
    let mut content = Content {
        path,
        size: bytes.len(),
        reader: &mut &*bytes,
        failure: &DataError::io(path),
    };
    read(&mut content, Cifar::Ten, LabelKind::Fine, &mut images)?;
    Ok(images)
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
fn a_batch_is_whole_whatever_is_read_at_a_time() {
    for count in [
        0,
        1,
        RECORDS_AT_ONCE,
        RECORDS_AT_ONCE + 1,
        3 * RECORDS_AT_ONCE - 1,
    ] {
        let labels: Vec<u8> = (0..count).map(|index| (index % 10) as u8).collect();
        let images = parse(Path::new("batch.bin"), &batch(&labels)).expect("a good batch");
        let expected: Vec<u16> = labels.iter().map(|&label| label.into()).collect();
        assert_eq!(images.labels(), expected);
        for (index, seed) in (0..count).zip(0..) {
            assert_eq!(images.image(index), pixels(seed));
        }
    }
    let mut labels = vec![0; RECORDS_AT_ONCE + 2];
    labels[RECORDS_AT_ONCE] = 10;
    assert!(message(&batch(&labels)).contains("in record 64 (the first is 0), found 10"));
}

#[test]
fn a_batch_cut_mid_record_names_the_record() {
    let whole = batch(&[0, 1, 2]);
    assert_eq!(
        message(&whole[..(1 + IMAGE_BYTES) * 2 + 100]),
        "batch.bin: expected records of 3073 bytes, found 100 bytes in record 2 (the first is 0)"
    );
    for length in 1..whole.len() {
        let cut = parse(Path::new("batch.bin"), &whole[..length]);
        assert_eq!(
            cut.is_ok(),
            length % (1 + IMAGE_BYTES) == 0,
            "{length} bytes"
        );
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
