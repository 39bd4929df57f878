//! Where the weights of a pair of channels are.

use super::*;

const SHAPE: ConvShape = ConvShape {
    batch: 1,
    inputs: 5,
    outputs: 7,
    size: [8, 8],
    kernel: [3, 3],
    stride: [1, 1],
    padding: [0, 0],
};

#[test]
fn forward_sums_over_inputs() {
    assert_eq!(Direction::Forward.channels(&SHAPE), (5, 7));
}

#[test]
fn backward_sums_over_outputs() {
    assert_eq!(Direction::Backward.channels(&SHAPE), (7, 5));
}

#[test]
fn both_directions_read_the_same_weights_of_a_pair() {
    // Input 2 and output 6, in `[outputs, inputs, 3, 3]`.
    let expected = (6 * 5 + 2) * 9;
    assert_eq!(Direction::Forward.weights_start(&SHAPE, 2, 6), expected);
    assert_eq!(Direction::Backward.weights_start(&SHAPE, 6, 2), expected);
}
