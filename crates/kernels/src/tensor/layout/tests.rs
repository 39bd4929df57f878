//! Tensors to the kernels' layout and back.

use super::*;

/// Values 0, 1, … in the order of the shape.
fn tensor(shape: [usize; 4]) -> FlexTensor {
    let count = shape.iter().product::<usize>();
    contiguous(
        (0..count).map(|value| value as f32).collect(),
        Shape::new(shape),
    )
}

fn address(tensor: &FlexTensor) -> *const f32 {
    values(tensor).as_ptr()
}

#[test]
fn the_channels_of_a_pixel_become_neighbours() {
    let last = with_channels_last(tensor([1, 3, 1, 2]));
    assert_eq!(values(&last), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
}

#[test]
fn the_shape_stays() {
    assert_eq!(
        with_channels_last(tensor([2, 3, 4, 5])).shape().dims(),
        [2, 3, 4, 5]
    );
}

#[test]
fn the_way_there_and_back_restores_the_values() {
    let original = tensor([2, 3, 4, 5]);
    let back = with_channels_last(original.clone()).to_contiguous();
    assert_eq!(values(&back), values(&original));
}

#[test]
fn channels_that_are_last_already_are_not_copied() {
    let last = with_channels_last(tensor([2, 3, 4, 5]));
    let before = address(&last);
    assert_eq!(address(&with_channels_last(last)), before);
}

#[test]
fn one_channel_is_not_copied() {
    let grey = tensor([2, 1, 4, 5]);
    let before = address(&grey);
    assert_eq!(address(&with_channels_last(grey)), before);
}

#[test]
fn one_pixel_is_not_copied() {
    let pixels = tensor([2, 3, 1, 1]);
    let before = address(&pixels);
    assert_eq!(address(&with_channels_last(pixels)), before);
}

#[test]
fn a_transposed_view_is_read_by_its_strides() {
    // Height and width exchanged.
    let view = tensor([1, 1, 2, 3]).transpose(2, 3);
    let last = with_channels_last(view);
    assert_eq!(values(&last), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
}

#[test]
fn a_part_of_a_tensor_starts_at_its_offset() {
    let part = tensor([3, 1, 1, 2]).narrow(0, 1, 1);
    assert_eq!(values(&with_channels_last(part)), [2.0, 3.0]);
}
