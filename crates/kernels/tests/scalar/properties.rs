//! Arbitrary shapes.

use burn_flex_kernels::{Activation, ConvShape};
use proptest::prelude::*;

use crate::check::check_seeded;

const ACTIVATIONS: [Activation; 3] = [
    Activation::Identity,
    Activation::Relu,
    Activation::ReluMaxPool,
];

prop_compose! {
    fn small_shape()(
        batch in 1_usize..5,
        inputs in 1_usize..20,
        outputs in 1_usize..36,
        kernel in prop::array::uniform2(1_usize..6),
        stride in prop::array::uniform2(1_usize..4),
        padding in prop::array::uniform2(0_usize..3),
        extra in prop::array::uniform2(0_usize..9),
    ) -> ConvShape {
        let size = [0, 1].map(|axis| kernel[axis].saturating_sub(2 * padding[axis]).max(1) + extra[axis]);
        ConvShape { batch, inputs, outputs, size, kernel, stride, padding }
    }
}

prop_compose! {
    fn wide_shape()(
        batch in 1_usize..5,
        inputs in 1_usize..4,
        outputs in 1_usize..4,
        padding in prop::array::uniform2(0_usize..3),
        size in prop::array::uniform2(3_usize..16),
    ) -> ConvShape {
        ConvShape {
            batch, inputs: 16 * inputs, outputs: 16 * outputs, size, kernel: [3, 3], stride: [1, 1], padding,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_shape_is_the_sum(shape in small_shape(), activation in 0_usize..3, seed in 0_u64..1000) {
        check_seeded(shape, ACTIVATIONS[activation], seed);
    }

    #[test]
    fn wide_layers_are_the_sum(shape in wide_shape(), activation in 0_usize..3, seed in 0_u64..1000) {
        check_seeded(shape, ACTIVATIONS[activation], seed);
    }
}
