//! Arbitrary shapes, and those with a way of their own.

use burn_flex_kernels::{Activation, MapShape, NormBackwardPass, norm_backward, norm_forward};
use proptest::prelude::*;

use super::case::{ACTIVATIONS, Case, Operands, check};
use crate::check::instructions;

prop_compose! {
    fn case()(
        batch in 0_usize..10,
        channels in prop_oneof![9 => 1_usize..71, 1 => Just(128), 1 => Just(256), 1 => Just(513)],
        size in prop::array::uniform2(1_usize..10),
        activation in 0_usize..3,
        adds in any::<bool>(),
        given in any::<bool>(),
        seed in 0_u64..1000,
    ) -> Case {
        let activation = ACTIVATIONS[activation];
        Case {
            shape: MapShape { batch, channels, size },
            activation,
            adds: adds && activation != Activation::ReluMaxPool,
            given,
            seed,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_shape_follows_the_formulas(case in case()) {
        check(case);
    }
}

/// # Panics
/// If a case with each activation, with and without addend, with statistics of either kind, differs
/// from the reference.
fn check_all(shape: MapShape) {
    for activation in ACTIVATIONS {
        for adds in [false, activation != Activation::ReluMaxPool] {
            for given in [false, true] {
                check(Case {
                    shape,
                    activation,
                    adds,
                    given,
                    seed: 5,
                });
            }
        }
    }
}

/// More values than a chunk has.
#[test]
fn several_chunks_follow_the_formulas() {
    for channels in [1, 5, 24, 64] {
        check_all(MapShape {
            batch: 9,
            channels,
            size: [31, 43].map(|side| if channels < 6 { 2 * side } else { side }),
        });
    }
}

#[test]
fn a_row_of_channels_longer_than_a_chunk_follows_the_formulas() {
    check_all(MapShape {
        batch: 2,
        channels: 1031,
        size: [3, 2],
    });
}

#[test]
fn one_pixel_follows_the_formulas() {
    check_all(MapShape {
        batch: 1,
        channels: 20,
        size: [1, 1],
    });
}

#[test]
fn no_images_follow_the_formulas() {
    check_all(MapShape {
        batch: 0,
        channels: 20,
        size: [3, 4],
    });
}

/// # Panics
/// If pooling that leaves nothing has an output, or a gradient other than 0.
fn check_pooled_away(size: [usize; 2]) {
    let operands = Operands::new(Case::plain(20, size, Activation::ReluMaxPool));
    for instructions in instructions() {
        let statistics = operands.statistics(instructions);
        let layer = operands.layer(&statistics);
        assert!(norm_forward(instructions, &layer).is_empty());
        let found = norm_backward(&NormBackwardPass {
            instructions,
            layer,
            of_this_batch: true,
            gradient: &[],
            output: &[],
        });
        assert_eq!(found.input, vec![0.0; operands.input.len()]);
        assert_eq!(found.scale, [0.0; 20]);
        assert_eq!(found.shift, [0.0; 20]);
    }
}

#[test]
fn pooling_of_a_pixel_leaves_nothing() {
    check_pooled_away([1, 1]);
}

#[test]
fn pooling_of_a_row_leaves_nothing() {
    check_pooled_away([1, 5]);
}

#[test]
fn pooling_of_a_column_leaves_nothing() {
    check_pooled_away([5, 1]);
}

/// Of equal values, the first gets the gradient, as with Burn's pooling.
#[test]
fn the_first_of_equal_values_gets_the_gradient() {
    let mut operands = Operands::new(Case {
        given: true,
        ..Case::plain(20, [2, 2], Activation::ReluMaxPool)
    });
    operands.input.fill(0.5);
    operands.scale.fill(1.0);
    operands.shift.fill(5.0);
    for instructions in instructions() {
        let found = operands.run(instructions, &[1.0; 60]).gradients.input;
        for image in found.chunks(80) {
            assert!(image[..20].iter().all(|&value| value > 0.0));
            assert_eq!(image[20..], [0.0; 60]);
        }
    }
}

/// max(x, 0) has no gradient at 0, as with Burn's ReLU.
#[test]
fn a_sum_of_zero_gets_no_gradient() {
    for (activation, adds) in [
        (Activation::Relu, false),
        (Activation::Relu, true),
        (Activation::ReluMaxPool, false),
    ] {
        let mut operands = Operands::new(Case {
            given: true,
            adds,
            ..Case::plain(20, [2, 2], activation)
        });
        operands.scale.fill(0.0);
        operands.shift.fill(0.0);
        operands.addend = adds.then(|| vec![0.0; operands.input.len()]);
        let gradient = vec![1.0; operands.output_len()];
        for instructions in instructions() {
            let found = operands.run(instructions, &gradient);
            assert_eq!(found.output, vec![0.0; gradient.len()]);
            assert_eq!(found.gradients.shift, [0.0; 20]);
        }
    }
}
