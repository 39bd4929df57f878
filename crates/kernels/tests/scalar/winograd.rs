//! Named shapes that Winograd's filtering computes, at least with vectors of up to eight lanes.

use burn_flex_kernels::{
    Activation, BackwardPass, ConvShape, Instructions, Layer, Mode, WantedGradients, backward,
    forward,
};

use crate::check::{check, check_seeded, three_by_three};

#[test]
fn the_articles_second_layer() {
    check_seeded(three_by_three(64, 64, [30, 30]), Activation::ReluMaxPool, 7);
}

#[test]
fn the_articles_third_layer() {
    check_seeded(three_by_three(64, 128, [14, 14]), Activation::Relu, 7);
}

#[test]
fn the_articles_fourth_layer() {
    check_seeded(
        three_by_three(128, 128, [12, 12]),
        Activation::ReluMaxPool,
        7,
    );
}

#[test]
fn one_small_tile_that_is_full() {
    check(three_by_three(16, 16, [4, 4]));
}

#[test]
fn one_large_tile_that_is_full() {
    check(three_by_three(16, 16, [6, 6]));
}

#[test]
fn one_output_in_a_tile() {
    check(three_by_three(16, 16, [3, 3]));
}

#[test]
fn a_row_of_outputs_one_pixel_high() {
    check(three_by_three(16, 16, [3, 20]));
}

#[test]
fn a_column_of_outputs_one_pixel_wide() {
    check(three_by_three(16, 16, [20, 3]));
}

#[test]
fn small_tiles_that_extend_past_the_image() {
    check(three_by_three(16, 16, [7, 5]));
}

#[test]
fn large_tiles_that_extend_past_the_image() {
    check(three_by_three(16, 16, [13, 9]));
}

#[test]
fn wide_padding_that_keeps_the_size() {
    check(ConvShape {
        padding: [1, 1],
        ..three_by_three(16, 16, [8, 8])
    });
}

#[test]
fn wide_padding_for_each_axis() {
    check(ConvShape {
        padding: [0, 2],
        ..three_by_three(16, 16, [6, 5])
    });
}

#[test]
fn wide_padding_larger_than_the_image() {
    check(ConvShape {
        padding: [3, 3],
        ..three_by_three(16, 16, [1, 2])
    });
}

#[test]
fn more_outputs_than_inputs() {
    check(three_by_three(16, 48, [6, 6]));
}

#[test]
fn more_inputs_than_outputs() {
    check(three_by_three(48, 16, [6, 6]));
}

/// Whole vectors of eight lanes but not of sixteen, so the width decides the way.
#[test]
fn channels_that_fill_some_vectors_only() {
    check(three_by_three(24, 40, [6, 6]));
}

#[test]
fn outputs_that_fill_no_vector() {
    check(three_by_three(16, 17, [6, 6]));
}

#[test]
fn a_single_wide_image() {
    check(ConvShape {
        batch: 1,
        ..three_by_three(16, 16, [8, 8])
    });
}

#[test]
fn no_wide_images() {
    check(ConvShape {
        batch: 0,
        ..three_by_three(16, 16, [8, 8])
    });
}

/// 33 images in groups of three.
#[test]
fn groups_of_several_images() {
    check(ConvShape {
        batch: 33,
        ..three_by_three(16, 16, [6, 6])
    });
}

/// 34 images in groups of three.
#[test]
fn a_last_group_with_fewer_images() {
    check(ConvShape {
        batch: 34,
        ..three_by_three(16, 16, [6, 6])
    });
}

/// # Panics
/// If a batch of several flights differs from the reference on two threads.
fn check_flights(activation: Activation) {
    let shape = ConvShape {
        batch: 37,
        ..three_by_three(64, 64, [8, 8])
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    pool.install(|| check_seeded(shape, activation, 5));
}

#[test]
fn more_groups_than_one_flight() {
    check_flights(Activation::Identity);
}

#[test]
fn more_groups_than_one_flight_with_relu() {
    check_flights(Activation::Relu);
}

#[test]
fn more_groups_than_one_flight_with_pooling() {
    check_flights(Activation::ReluMaxPool);
}

/// The gradient of the weights takes more memory than the tiles of a group.
#[test]
fn many_channels_and_few_tiles() {
    check(ConvShape {
        batch: 19,
        padding: [1, 1],
        ..three_by_three(96, 112, [4, 4])
    });
}

/// Every part of the batch has a gradient of its own, over several groups of images.
#[test]
fn few_channels_in_many_images() {
    check(ConvShape {
        batch: 37,
        padding: [1, 1],
        ..three_by_three(16, 32, [9, 8])
    });
}

/// More images than one flight of such a layer has, whose memory would be too much. An image's results do not
/// depend on the others.
#[test]
fn more_images_than_a_flight_by_position() {
    let shape = |batch| ConvShape {
        batch,
        padding: [1, 1],
        ..three_by_three(256, 256, [4, 4])
    };
    let (half, whole) = (shape(470), shape(940));
    let noise = |len: usize| -> Vec<f32> {
        let value = |index: usize| (index * 7919 % 1009) as f32 / 500.0 - 1.0;
        (0..len).map(value).collect()
    };
    let input = noise(whole.batch * whole.input_image_len());
    let gradient = noise(whole.batch * 16 * whole.outputs);
    let (weights, bias) = (noise(whole.weights_len()), noise(whole.outputs));
    let addend = noise(gradient.len());
    let instructions = Instructions::available().next().unwrap();
    let compute = |shape: ConvShape, first: usize| {
        let values = first * 16 * 256..(first + shape.batch) * 16 * 256;
        let layer = Layer {
            shape,
            input: &input[values.clone()],
            weights: &weights,
            bias: &bias,
            addend: &addend[values.clone()],
            activation: Activation::Identity,
        };
        let output = forward(instructions, &layer, Mode::Training).values;
        let gradients = backward(&BackwardPass {
            instructions,
            layer,
            gradient: &gradient[values],
            state: &[],
            wanted: WantedGradients { input: true },
        });
        (output, gradients.input.unwrap(), gradients.weights)
    };
    let (output, input_gradient, weights_gradient) = compute(whole, 0);
    let [first, second] = [0, half.batch].map(|first| compute(half, first));
    assert!(output == [first.0, second.0].concat());
    assert!(input_gradient == [first.1, second.1].concat());
    let largest = weights_gradient
        .iter()
        .fold(0.0_f32, |most, value| most.max(value.abs()));
    let sums = first.2.iter().zip(&second.2).map(|(a, b)| a + b);
    for (found, expected) in weights_gradient.iter().zip(sums) {
        assert!(
            (found - expected).abs() <= 1e-5 * largest,
            "{found} for {expected}"
        );
    }
}
