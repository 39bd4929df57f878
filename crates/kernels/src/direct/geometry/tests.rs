//! Offsets against the layouts' definitions.

use super::*;

const SHAPE: ConvShape = ConvShape {
    batch: 1,
    inputs: 2,
    outputs: 3,
    size: [5, 6],
    kernel: [2, 3],
    stride: [2, 1],
    padding: [1, 0],
};

#[test]
fn a_windows_values_map_to_pytorchs_weights() {
    let geometry = Geometry::new(&SHAPE, 4);
    // In a window: row 1, column 2, input 1. In PyTorch's layout: output 2, input 1, row 1, column 2.
    let offset = (3 + 2) * 2 + 1;
    let expected = ((2 * 2 + 1) * 2 + 1) * 3 + 2;
    assert_eq!(geometry.weight_index(2, offset), expected);
}

#[test]
fn every_weight_has_one_place_in_the_windows() {
    let geometry = Geometry::new(&SHAPE, 4);
    let mut found: Vec<usize> = (0..3)
        .flat_map(|output| (0..12).map(move |offset| (output, offset)))
        .map(|(output, offset)| geometry.weight_index(output, offset))
        .collect();
    found.sort_unstable();
    assert!(found.into_iter().eq(0..SHAPE.weights_len()));
}

#[test]
fn windows_start_at_their_row_of_the_padded_image() {
    let geometry = Geometry::new(&SHAPE, 4);
    // Output row 2 starts at image row 4; the kernel's row 1 is one below. A row has 6 x 2 values.
    assert_eq!(geometry.window_start([2, 0], 1), 5 * 12);
}

#[test]
fn sums_have_their_channels_padded_to_whole_vectors() {
    let plane = Geometry::new(&SHAPE, 4).plane();
    assert_eq!((plane.channels, plane.pixel, plane.row), (3, 4, 4 * 4));
}

#[test]
fn bands_cover_every_row_once() {
    for height in [1, 3, 12, 100] {
        for width in [1, 4, 40, 200] {
            let shape = ConvShape {
                size: [height, width],
                kernel: [1, 1],
                stride: [1, 1],
                padding: [0, 0],
                ..SHAPE
            };
            let rows: Vec<usize> = Geometry::new(&shape, 4).bands().flatten().collect();
            assert!(rows.into_iter().eq(0..height), "{height} x {width}");
        }
    }
}
