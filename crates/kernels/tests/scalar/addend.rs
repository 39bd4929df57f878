//! An addend is added after the bias and before the activation, by every algorithm.

use burn_flex_kernels::{Activation, ConvShape, Layer, Mode, Output, forward};
use proptest::prelude::*;

use crate::check::{Operands, instructions, three_by_three, values};

/// # Panics
/// If the sum with an addend has other bits than the output plus the addend.
fn check(shape: ConvShape, seed: u64) {
    let operands = Operands::new(shape, Activation::Identity, seed);
    for instructions in instructions() {
        let output = |addend: &[f32], activation| {
            let layer = Layer {
                addend,
                activation,
                ..operands.layer()
            };
            let Output { values, argmax } = forward(instructions, &layer, Mode::Training);
            assert!(argmax.is_empty());
            values
        };
        let alone = output(&[], Activation::Identity);
        let addend = values(alone.len(), seed + 9);
        let sums: Vec<f32> = alone.iter().zip(&addend).map(|(a, b)| a + b).collect();
        assert_eq!(output(&addend, Activation::Identity), sums);
        let positive: Vec<f32> = sums.iter().map(|sum| sum.max(0.0)).collect();
        assert_eq!(output(&addend, Activation::Relu), positive);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_shape_takes_an_addend(
        batch in 1_usize..5,
        channels in prop::array::uniform2(1_usize..20),
        kernel in 1_usize..4,
        stride in 1_usize..3,
        size in prop::array::uniform2(3_usize..9),
        seed in 0_u64..1000,
    ) {
        let [inputs, outputs] = channels;
        let [kernel, stride] = [[kernel; 2], [stride; 2]];
        check(ConvShape { batch, inputs, outputs, size, kernel, stride, padding: [0, 1] }, seed);
    }
}

#[test]
fn large_tiles_take_an_addend() {
    check(three_by_three(16, 32, [18, 18]), 1);
}

/// More images than a group has, so that the parts of several threads are put together.
#[test]
fn small_tiles_take_an_addend() {
    let shape = three_by_three(16, 16, [6, 6]);
    check(ConvShape { batch: 70, ..shape }, 2);
}

/// Few tiles and many channels: the positions are multiplied one by one.
#[test]
fn deep_layers_take_an_addend() {
    let shape = three_by_three(256, 256, [4, 4]);
    check(
        ConvShape {
            padding: [1, 1],
            batch: 9,
            ..shape
        },
        3,
    );
}
