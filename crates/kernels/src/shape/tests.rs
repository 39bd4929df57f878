//! Sizes against PyTorch's formula, floor((size + 2 padding - kernel) / stride) + 1.

use super::*;

const PLAIN: ConvShape = ConvShape {
    batch: 2,
    inputs: 3,
    outputs: 5,
    size: [32, 20],
    kernel: [3, 3],
    stride: [1, 1],
    padding: [0, 0],
};

#[test]
fn an_unpadded_kernel_loses_its_size_less_one() {
    assert_eq!(PLAIN.output_size(), [30, 18]);
}

#[test]
fn padding_of_half_the_kernel_keeps_the_size() {
    let shape = ConvShape {
        kernel: [5, 3],
        padding: [2, 1],
        ..PLAIN
    };
    assert_eq!(shape.output_size(), shape.size);
}

#[test]
fn a_window_that_does_not_fit_is_dropped() {
    let shape = ConvShape {
        stride: [2, 3],
        ..PLAIN
    };
    // 29 / 2 = 14 and 17 / 3 = 5, rounded down.
    assert_eq!(shape.output_size(), [15, 6]);
}

#[test]
fn a_kernel_as_large_as_the_padded_image_has_one_output() {
    let shape = ConvShape {
        kernel: [34, 22],
        padding: [1, 1],
        ..PLAIN
    };
    assert_eq!(shape.output_size(), [1, 1]);
}

#[test]
#[should_panic(expected = "a kernel within the padded input")]
fn a_kernel_larger_than_the_padded_image_is_refused() {
    let shape = ConvShape {
        kernel: [3, 21],
        ..PLAIN
    };
    shape.output_size();
}

#[test]
#[should_panic(expected = "a positive stride")]
fn a_stride_of_zero_is_refused() {
    let shape = ConvShape {
        stride: [1, 0],
        ..PLAIN
    };
    shape.output_size();
}

#[test]
fn lengths_count_every_axis() {
    assert_eq!(PLAIN.input_image_len(), 3 * 32 * 20);
    assert_eq!(PLAIN.weights_len(), 5 * 3 * 3 * 3);
    assert_eq!(PLAIN.filter_len(), 3 * 3 * 3);
}
