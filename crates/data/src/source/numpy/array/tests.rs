use std::path::Path;

use super::*;
use crate::source::content::Content;

/// The bytes of a file: a header of version 1 and values.
pub(crate) fn npy(descr: &str, shape: &[usize], values: &[u8]) -> Vec<u8> {
    let sides: String = shape.iter().map(|side| format!("{side}, ")).collect();
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sides}), }}");
    // NumPy fills up to a multiple of 64.
    let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
    text = format!("{text:<width$}\n", width = length - 1);
    let size = (text.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &size[..], text.as_bytes(), values].concat()
}

/// Reads with `read`, and returns its result or the words of its error with the hint.
fn with<T>(
    bytes: &[u8],
    read: impl Fn(&mut Input<'_>) -> Result<T, DataError>,
) -> Result<T, String> {
    let path = Path::new("a.npy");
    let mut content = Content {
        path,
        size: bytes.len(),
        reader: &mut &*bytes,
        failure: &DataError::io(path),
    };
    read(&mut Input::new(&mut content)).map_err(|error| match &error {
        DataError::Format {
            hint: Some(hint), ..
        } => format!("{error}; {hint}"),
        _ => error.to_string(),
    })
}

fn images(bytes: &[u8]) -> Result<(ImageShape, Vec<u8>), String> {
    with(bytes, |input| {
        let rows = ImageRows::open(input)?;
        let mut pixels = vec![];
        rows.read(input, rows.count, &mut pixels)?;
        input.end()?;
        Ok((rows.shape, pixels))
    })
}

fn labels(bytes: &[u8]) -> Result<Vec<u16>, String> {
    with(bytes, Labels::read)
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, String>, words: &str) {
    let said = result.expect_err("a bad array");
    assert!(said.contains(words), "{said}");
}

#[test]
fn colours_become_planes_and_grey_stays() {
    let (shape, pixels) = images(&npy(
        "|u1",
        &[2, 1, 2, 3],
        &[1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16],
    ))
    .expect("good images");
    assert_eq!(shape.dims(), [3, 1, 2]);
    assert_eq!(pixels, [1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16]);
    for dims in [&[1, 2, 3][..], &[1, 2, 3, 1]] {
        let (shape, pixels) = images(&npy("|u1", dims, &[1, 2, 3, 4, 5, 6])).expect("good images");
        assert_eq!(shape.dims(), [1, 2, 3]);
        assert_eq!(pixels, [1, 2, 3, 4, 5, 6]);
    }
}

#[test]
fn what_is_no_array_of_images_is_refused() {
    let refused = |descr: &str, shape: &[usize], words: &str| {
        let count: usize = shape.iter().product();
        assert_refused(
            images(&npy(descr, shape, &vec![0; count.min(1 << 20)])),
            words,
        );
    };
    refused(
        "<f4",
        &[1, 2, 2],
        "expected images of uint8, from 0 to 255, found float32",
    );
    refused("|O", &[1, 2, 2], "found Python objects");
    refused(
        "|u1",
        &[5, 28, 28, 28],
        "found 5 x 28 x 28 x 28; volumes are not read",
    );
    refused("|u1", &[5, 3, 28, 28], "images.transpose(0, 2, 3, 1)");
    refused(
        "|u1",
        &[5, 28, 28, 4],
        "leave out transparency: images[..., :3]",
    );
    refused(
        "|u1",
        &[5, 28, 28, 2],
        "leave out transparency: images[..., :1]",
    );
    refused("|u1", &[5, 784], "images.reshape(-1, height, width)");
    refused("|u1", &[12], "found 12");
    refused("|u1", &[], "found a single value");
    refused("|u1", &[0, 2, 2], "expected at least one image, found none");
    refused("|u1", &[1, 0, 2], "sides of 1 to 4096 pixels, found 0x2");
    let columns = npy("|u1", &[1, 2, 2], &[0; 4]);
    let text = String::from_utf8(columns[10..].to_vec()).expect("text");
    let text = text.replace("False", "True ");
    let columns = [&columns[..10], text.as_bytes()].concat();
    assert_refused(
        images(&columns),
        "found an array in Fortran's order; save it again",
    );
}

#[test]
fn a_header_that_claims_more_than_the_file_has_gets_no_memory() {
    for shape in [
        &[usize::MAX / 32, 4, 4][..],
        &[1 << 40, 28, 28, 3],
        &[3, 2, 2],
        &[1, 2, 2],
    ] {
        assert_refused(images(&npy("|u1", shape, &[0; 8])), "as its header says");
    }
    assert_refused(
        images(&npy("|u1", &[usize::MAX, 4096, 4096], &[0; 8])),
        "as many images as a file can hold",
    );
    assert_refused(
        labels(&npy("<i8", &[1 << 60], &[0; 8])),
        "found one that ends early",
    );
}

#[test]
fn labels_of_any_whole_type_are_read() {
    assert_eq!(
        labels(&npy("|u1", &[3, 1], &[1, 0, 255])),
        Ok(vec![1, 0, 255])
    );
    assert_eq!(
        labels(&npy("<i8", &[1], &[7, 1, 0, 0, 0, 0, 0, 0])),
        Ok(vec![263])
    );
    assert_eq!(labels(&npy(">u2", &[2], &[1, 0, 0, 2])), Ok(vec![256, 2]));
    let many: Vec<u8> = (0..10_000_u32).map(|label| (label % 251) as u8).collect();
    let read = labels(&npy("|u1", &[10_000], &many)).expect("good labels");
    assert!(read.iter().map(|&label| label as u8).eq(many));
}

#[test]
fn what_is_no_class_is_refused() {
    assert_refused(
        labels(&npy("|u1", &[2, 14], &[0; 28])),
        "expected one label for each image (N or N x 1), found 2 x 14; a set with several labels",
    );
    assert_refused(
        labels(&npy("<f8", &[1], &[0; 8])),
        "whole numbers, found float64",
    );
    assert_refused(labels(&npy("|b1", &[1], &[0])), "found bool");
    assert_refused(
        labels(&npy("|i1", &[2], &[0, 0xff])),
        "for image 1 (the first is 0), found a negative number",
    );
    assert_refused(labels(&npy("<u4", &[1], &[0, 0, 1, 0])), "found 65536");
    assert_refused(
        labels(&npy("|u1", &[1], &[0, 0])),
        "as many values as the header says, found more",
    );
    assert_refused(
        labels(&npy("|u1", &[1, 1, 1], &[0])),
        "labels of N or N x 1",
    );
}
