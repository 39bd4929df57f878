//! Outputs and gradients against those of Burn's own operations.

use burn_flex_kernels::{Activation, ConvConfig};
use proptest::prelude::*;

use crate::case::{Case, distance};

const ACTIVATIONS: [Activation; 3] = [
    Activation::Identity,
    Activation::Relu,
    Activation::ReluMaxPool,
];

/// # Panics
/// If an output or a gradient differs from Burn's.
///
/// Rounding can move a value across the ReLU's edge or past another maximum, and its gradient then
/// goes elsewhere. `tests/scalar` compares many activations with the choice shared by both sides. The
/// cases here have few values, so none is that close to the edge.
fn assert_matches_burn(case: &Case) {
    let found = case.run(|input, weights, bias| case.ours(input, weights, bias));
    let expected = case.run(|input, weights, bias| case.burn(input, weights, bias));
    for (what, (found, expected)) in ["output", "by input", "by weights", "by bias"]
        .iter()
        .zip(found.iter().zip(&expected))
    {
        let gap = distance(found, expected);
        assert!(gap < 1e-4, "{case:?}: {what} {gap:e}");
    }
}

prop_compose! {
    fn case()(
        batch in 1_usize..4,
        channels in prop::array::uniform2(1_usize..20),
        kernel in prop::array::uniform2(1_usize..4),
        stride in prop::array::uniform2(1_usize..3),
        padding in prop::array::uniform2(0_usize..2),
        extra in prop::array::uniform2(1_usize..7),
        activation in 0_usize..3,
        seed in 0_u64..1000,
    ) -> Case {
        let size = [0, 1].map(|axis| kernel[axis] + extra[axis]);
        let [inputs, outputs] = channels;
        let config = ConvConfig { stride, padding, activation: ACTIVATIONS[activation] };
        Case { batch, inputs, outputs, size, kernel, config, seed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn outputs_and_gradients_match_burn(case in case()) {
        assert_matches_burn(&case);
    }

    #[test]
    fn any_batch_matches_burn(batch in 1_usize..300, wide in any::<bool>()) {
        let channels = if wide { 16 } else { 5 };
        let mut case = Case::plain(batch, channels, channels, 5);
        case.config.activation = Activation::Identity;
        assert_matches_burn(&case);
    }
}

/// A 3x3 convolution of two images, with small operands.
fn small(config: ConvConfig) -> Case {
    Case {
        size: [7, 8],
        config,
        ..Case::plain(2, 3, 5, 7)
    }
}

const PLAIN: ConvConfig = ConvConfig {
    stride: [1, 1],
    padding: [0, 0],
    activation: Activation::Identity,
};

#[test]
fn padding_matches_burn() {
    assert_matches_burn(&small(ConvConfig {
        padding: [2, 1],
        ..PLAIN
    }));
}

#[test]
fn stride_matches_burn() {
    assert_matches_burn(&small(ConvConfig {
        stride: [2, 3],
        ..PLAIN
    }));
}

#[test]
fn relu_matches_burn() {
    assert_matches_burn(&small(ConvConfig {
        activation: Activation::Relu,
        ..PLAIN
    }));
}

#[test]
fn pooling_of_odd_sizes_matches_burn() {
    assert_matches_burn(&small(ConvConfig {
        activation: Activation::ReluMaxPool,
        ..PLAIN
    }));
}

#[test]
fn wide_layers_match_burn() {
    let mut case = Case::plain(2, 16, 32, 8);
    case.config.activation = Activation::Identity;
    assert_matches_burn(&case);
}
