//! Borders around a small image.

use super::*;

/// Around an image of 1 row, 2 columns and 2 channels: one row above, one column left, two right.
const BORDER: Border = Border {
    channels: 2,
    size: [1, 2],
    before: [1, 1],
    padded: [2, 5],
};
const IMAGE: [f32; 4] = [1.0, 2.0, 3.0, 4.0];
const PADDED: [f32; 20] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, // above
    0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 0.0, 0.0, 0.0,
];

#[test]
fn an_image_is_surrounded_by_zeros() {
    let mut buffer = [9.0; 20];
    assert_eq!(BORDER.padded(&IMAGE, &mut buffer), PADDED);
}

#[test]
fn rows_below_the_image_are_cleared() {
    let below = Border {
        before: [0, 1],
        ..BORDER
    };
    let mut buffer = [9.0; 20];
    assert_eq!(below.padded(&IMAGE, &mut buffer)[10..], [0.0; 10]);
}

#[test]
fn cropping_restores_the_image() {
    let mut image = [9.0; 4];
    BORDER.crop(&PADDED, &mut image);
    assert_eq!(image, IMAGE);
}

#[test]
fn an_image_without_border_is_not_copied() {
    let none = Border {
        before: [0, 0],
        padded: [1, 2],
        ..BORDER
    };
    let mut buffer = [9.0; 4];
    assert_eq!(none.padded(&IMAGE, &mut buffer).as_ptr(), IMAGE.as_ptr());
}
