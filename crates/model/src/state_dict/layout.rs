//! The elements of a tensor in row-major order, whatever its strides.

use super::value::Tensor;

/// Appends the elements of `tensor`, which lie in `storage`, to `data`: at most `most` bytes.
///
/// # Errors
/// What was found, if an element lies outside the storage or there are too many of them. An expanded tensor, which has
/// elements many times, may not have more of them than its storage: else a short file could ask for any number.
pub(super) fn append(
    data: &mut Vec<u8>,
    tensor: &Tensor<'_>,
    storage: &[u8],
    most: usize,
) -> Result<(), String> {
    let Tensor {
        storage: about,
        offset,
        shape,
        strides,
    } = tensor;
    let size = about.dtype.bitsize() / 8;
    let bytes = shape
        .iter()
        .try_fold(size, |bytes, side| bytes.checked_mul(*side));
    let Some(bytes) = bytes.filter(|bytes| *bytes <= most) else {
        return Err(format!(
            "{shape:?}, more elements than the file has bytes for,"
        ));
    };
    if bytes > storage.len() {
        return Err(format!(
            "{shape:?}, more elements than the {} of its storage (expanded tensors are not read),",
            storage.len() / size
        ));
    }
    if bytes == 0 {
        return Ok(());
    }
    let steps = shape.iter().zip(strides);
    let last = steps.clone().try_fold(*offset, |last, (side, stride)| {
        last.checked_add((side - 1).checked_mul(*stride)?)
    });
    let end = last.and_then(|last| last.checked_add(1)?.checked_mul(size));
    if end.is_none_or(|end| end > storage.len()) {
        return Err("elements outside its storage".into());
    }
    if is_row_major(shape, strides) {
        let start = offset * size;
        data.extend_from_slice(&storage[start..start + bytes]);
        return Ok(());
    }
    data.reserve(bytes);
    // Dimensions of one element would cost a step for each element and move nothing.
    let steps: Vec<_> = steps.filter(|(side, _)| **side > 1).collect();
    let mut index = vec![0; steps.len()];
    let mut place = *offset;
    for _ in 0..bytes / size {
        data.extend_from_slice(&storage[place * size..][..size]);
        // The last dimension counts fastest.
        for (axis, (side, stride)) in steps.iter().enumerate().rev() {
            index[axis] += 1;
            if index[axis] < **side {
                place += *stride;
                break;
            }
            index[axis] = 0;
            place -= (*side - 1) * *stride;
        }
    }
    Ok(())
}

/// Whether the elements lie in their order without gaps. The stride of a dimension of one element does not matter.
fn is_row_major(shape: &[usize], strides: &[usize]) -> bool {
    let mut expected = 1;
    shape.iter().zip(strides).rev().all(|(side, stride)| {
        let fits = *side == 1 || *stride == expected;
        expected *= side;
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state_dict::value::Storage;
    use safetensors::tensor::Dtype;

    /// The bytes of a tensor in a storage of the bytes 0 to 11.
    fn laid_out(offset: usize, shape: &[usize], strides: &[usize]) -> Result<Vec<u8>, String> {
        let storage = Storage {
            dtype: Dtype::U8,
            key: "0",
            length: 12,
        };
        let tensor = Tensor {
            storage,
            offset,
            shape: shape.into(),
            strides: strides.into(),
        };
        let bytes: Vec<u8> = (0..12).collect();
        let mut data = vec![];
        append(&mut data, &tensor, &bytes, 24).map(|()| data)
    }

    #[test]
    fn strides_and_offset_choose_the_elements() {
        for (offset, shape, strides, expected) in [
            (0, &[2, 3][..], &[3, 1][..], &[0, 1, 2, 3, 4, 5][..]),
            (1, &[2, 3], &[1, 2], &[1, 3, 5, 2, 4, 6]),
            (2, &[3], &[3], &[2, 5, 8]),
            (11, &[], &[], &[11]),
            (4, &[3, 1], &[0, 9], &[4, 4, 4]),
            (0, &[2, 2, 2], &[1, 2, 4], &[0, 4, 2, 6, 1, 5, 3, 7]),
            (
                1,
                &[1, 2, 1, 3, 1],
                &[0, 1, 9, 2, usize::MAX],
                &[1, 3, 5, 2, 4, 6],
            ),
            (0, &[0, 3], &[3, 1], &[]),
        ] {
            assert_eq!(laid_out(offset, shape, strides).unwrap(), expected);
        }
    }

    #[test]
    fn elements_outside_the_storage_are_refused() {
        for (offset, shape, strides) in [
            (12, &[][..], &[][..]),
            (10, &[3], &[1]),
            (0, &[2], &[12]),
            (usize::MAX, &[2], &[1]),
            (0, &[3], &[usize::MAX]),
        ] {
            let found = laid_out(offset, shape, strides).unwrap_err();
            assert_eq!(found, "elements outside its storage");
        }
    }

    #[test]
    fn more_elements_than_the_storage_has_are_refused() {
        let found = laid_out(0, &[13, 1], &[0, 0]).unwrap_err();
        assert!(
            found.contains("more elements than the 12 of its storage"),
            "{found}"
        );
    }

    #[test]
    fn more_elements_than_the_file_has_are_refused() {
        for shape in [&[25][..], &[usize::MAX, 2], &[1 << 32, 1 << 32]] {
            let strides = vec![0; shape.len()];
            assert!(
                laid_out(0, shape, &strides)
                    .unwrap_err()
                    .contains("more elements")
            );
        }
    }
}
