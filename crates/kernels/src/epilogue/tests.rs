//! Bias, ReLU and pooling, forward and backward, on small planes.

use pulp::Scalar;

use super::*;
use crate::output::OutputPart;

/// One channel without padding.
fn epilogue(size: [usize; 2], activation: Activation) -> Epilogue {
    let plane = Plane {
        size,
        channels: 1,
        row: size[1],
        pixel: 1,
    };
    Epilogue { plane, activation }
}

/// Output and argmax, without an addend.
fn forward(epilogue: &Epilogue, sums: &[f32], bias: f32) -> (Vec<f32>, Vec<f32>) {
    forward_with(epilogue, sums, bias, &[])
}

/// Output and argmax.
fn forward_with(
    epilogue: &Epilogue,
    sums: &[f32],
    bias: f32,
    addend: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let [height, width] = epilogue.activation.output_size(epilogue.plane.size);
    let mut output = vec![9.0; height * width];
    let mut argmax = vec![9.0; height * width];
    let part = OutputPart {
        values: &mut output,
        argmax: &mut argmax,
        addend,
    };
    epilogue.forward(Scalar::new(), sums, &[bias], part);
    (output, argmax)
}

/// The gradients of the sums and of the bias, which starts as 1.
fn backward(epilogue: &Epilogue, gradient: &[f32], state: &[f32]) -> (Vec<f32>, f32) {
    let [height, width] = epilogue.plane.size;
    let (mut sums, mut bias) = (vec![9.0; height * width], [1.0]);
    epilogue.backward(Scalar::new(), gradient, state, &mut sums, &mut bias);
    (sums, bias[0])
}

#[test]
fn the_identity_adds_the_bias() {
    let (output, _) = forward(&epilogue([1, 2], Activation::Identity), &[1.0, -2.0], 0.5);
    assert_eq!(output, [1.5, -1.5]);
}

#[test]
fn a_relu_clears_negative_values_after_the_bias() {
    let (output, _) = forward(
        &epilogue([1, 3], Activation::Relu),
        &[1.0, -2.0, -0.25],
        0.5,
    );
    assert_eq!(output, [1.5, 0.0, 0.25]);
}

#[test]
fn an_addend_comes_between_the_bias_and_the_activation() {
    let (sums, addend) = ([1.0, -2.0, -0.25], [-3.0, 2.0, 0.5]);
    let (identity, relu) = (Activation::Identity, Activation::Relu);
    let (output, _) = forward_with(&epilogue([1, 3], identity), &sums, 0.5, &addend);
    assert_eq!(output, [-1.5, 0.5, 0.75]);
    let (output, _) = forward_with(&epilogue([1, 3], relu), &sums, 0.5, &addend);
    assert_eq!(output, [0.0, 0.5, 0.75]);
}

#[test]
fn a_relu_keeps_a_nan() {
    let (output, _) = forward(&epilogue([1, 2], Activation::Relu), &[f32::NAN, 1.0], 0.0);
    assert!(output[0].is_nan());
    assert_eq!(output[1], 1.0);
}

#[test]
fn pooling_finds_the_maximum_in_every_corner() {
    let epilogue = epilogue([2, 2], Activation::ReluMaxPool);
    for corner in 0..4 {
        let mut sums = [1.0; 4];
        sums[corner] = 3.0;
        assert_eq!(
            forward(&epilogue, &sums, 0.5),
            (vec![3.5], vec![corner as f32])
        );
    }
}

#[test]
fn the_first_of_equal_maxima_counts() {
    let epilogue = epilogue([2, 2], Activation::ReluMaxPool);
    let (_, argmax) = forward(&epilogue, &[1.0, 2.0, 2.0, 2.0], 0.0);
    assert_eq!(argmax, [1.0]);
}

#[test]
fn a_window_without_positive_value_has_no_argmax() {
    let epilogue = epilogue([2, 2], Activation::ReluMaxPool);
    let found = forward(&epilogue, &[-1.0, 0.0, -3.0, -2.0], 0.0);
    assert_eq!(found, (vec![0.0], vec![NO_GRADIENT]));
}

#[test]
fn pooling_keeps_a_nan_in_every_corner() {
    let epilogue = epilogue([2, 2], Activation::ReluMaxPool);
    for corner in 0..4 {
        let mut sums = [1.0; 4];
        sums[corner] = f32::NAN;
        let (output, _) = forward(&epilogue, &sums, 0.0);
        assert!(output[0].is_nan(), "corner {corner}");
    }
}

#[test]
fn pooling_leaves_out_an_odd_last_row_and_column() {
    let sums = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0, 9.0, 9.0, 9.0];
    let (output, argmax) = forward(&epilogue([3, 3], Activation::ReluMaxPool), &sums, 0.0);
    assert_eq!((output, argmax), (vec![4.0], vec![3.0]));
}

#[test]
fn an_argmax_that_is_not_wanted_is_not_written() {
    let epilogue = epilogue([2, 2], Activation::ReluMaxPool);
    let mut output = [9.0];
    let sums = [1.0, 2.0, 3.0, 4.0];
    let part = OutputPart {
        values: &mut output,
        argmax: &mut [],
        addend: &[],
    };
    epilogue.forward(Scalar::new(), &sums, &[0.0], part);
    assert_eq!(output, [4.0]);
}

#[test]
fn the_identity_passes_every_gradient() {
    let found = backward(&epilogue([1, 2], Activation::Identity), &[3.0, -5.0], &[]);
    assert_eq!(found, (vec![3.0, -5.0], 1.0 - 2.0));
}

#[test]
fn a_relu_passes_gradients_of_positive_outputs_only() {
    let epilogue = epilogue([1, 3], Activation::Relu);
    let found = backward(&epilogue, &[3.0, 5.0, 7.0], &[0.1, 0.0, 2.0]);
    assert_eq!(found, (vec![3.0, 0.0, 7.0], 1.0 + 10.0));
}

#[test]
fn pooling_passes_a_gradient_to_the_maximum() {
    let epilogue = epilogue([2, 4], Activation::ReluMaxPool);
    let (sums, bias) = backward(&epilogue, &[3.0, 5.0], &[2.0, 1.0]);
    assert_eq!(sums, [0.0, 0.0, 0.0, 5.0, 3.0, 0.0, 0.0, 0.0]);
    assert_eq!(bias, 1.0 + 8.0);
}

#[test]
fn pooling_passes_nothing_without_a_positive_maximum() {
    let epilogue = epilogue([2, 2], Activation::ReluMaxPool);
    assert_eq!(
        backward(&epilogue, &[3.0], &[NO_GRADIENT]),
        (vec![0.0; 4], 1.0)
    );
}

#[test]
fn an_odd_last_row_and_column_get_no_gradient() {
    let epilogue = epilogue([3, 3], Activation::ReluMaxPool);
    let (sums, _) = backward(&epilogue, &[3.0], &[0.0]);
    assert_eq!(sums, [3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn values_between_rows_and_pixels_are_skipped() {
    // One channel in pixels of two values and rows of five.
    let plane = Plane {
        size: [2, 2],
        channels: 1,
        row: 5,
        pixel: 2,
    };
    let epilogue = Epilogue {
        plane,
        activation: Activation::Identity,
    };
    let sums = [1.0, 9.0, 2.0, 9.0, 9.0, 3.0, 9.0, 4.0, 9.0, 9.0];
    assert_eq!(forward(&epilogue, &sums, 0.0).0, [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn an_empty_state_has_empty_parts() {
    assert!(state_slice(&[], 3..7).is_empty());
    assert_eq!(state_slice(&[0.0, 1.0, 2.0], 1..2), [1.0]);
}
