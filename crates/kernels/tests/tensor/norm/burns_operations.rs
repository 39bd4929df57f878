//! Results and gradients against those of Burn's own operations.

use burn_flex_kernels::Activation;
use proptest::prelude::*;

use super::case::{Norm, RESULTS};
use crate::case::distance;

const ACTIVATIONS: [Activation; 3] = [
    Activation::Identity,
    Activation::Relu,
    Activation::ReluMaxPool,
];

/// # Panics
/// If a result or a gradient differs from Burn's.
fn assert_matches_burn(norm: &Norm) {
    let found = norm.run(|operands| norm.ours(operands));
    let expected = norm.run(|operands| norm.burn(operands));
    for (what, (found, expected)) in RESULTS.iter().zip(found.iter().zip(&expected)) {
        let gap = distance(found, expected);
        assert!(gap < 1e-4, "{norm:?}: {what} {gap:e}");
    }
}

prop_compose! {
    fn norm()(
        batch in 1_usize..6,
        channels in 1_usize..40,
        size in prop::array::uniform2(2_usize..8),
        activation in 0_usize..3,
        adds in any::<bool>(),
        given in any::<bool>(),
        seed in 0_u64..1000,
    ) -> Norm {
        let [height, width] = size;
        let activation = ACTIVATIONS[activation];
        Norm { shape: [batch, channels, height, width], activation, adds, given, seed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn results_and_gradients_match_burn(norm in norm()) {
        assert_matches_burn(&norm);
    }
}

#[test]
fn the_batchs_statistics_match_burn() {
    assert_matches_burn(&Norm::plain(Activation::Identity));
}

#[test]
fn relu_matches_burn() {
    assert_matches_burn(&Norm::plain(Activation::Relu));
}

#[test]
fn pooling_of_odd_sizes_matches_burn() {
    assert_matches_burn(&Norm {
        shape: [3, 5, 7, 5],
        ..Norm::plain(Activation::ReluMaxPool)
    });
}

#[test]
fn a_sum_matches_burn() {
    for activation in ACTIVATIONS {
        assert_matches_burn(&Norm {
            adds: true,
            ..Norm::plain(activation)
        });
    }
}

#[test]
fn given_statistics_match_burn() {
    for activation in ACTIVATIONS {
        assert_matches_burn(&Norm {
            given: true,
            ..Norm::plain(activation)
        });
    }
}

/// Several chunks, and buffers that the pool keeps.
#[test]
fn large_maps_match_burn() {
    for activation in ACTIVATIONS {
        for adds in [false, true] {
            let norm = Norm {
                shape: [6, 24, 16, 18],
                adds,
                ..Norm::plain(activation)
            };
            for _ in 0..2 {
                assert_matches_burn(&norm);
            }
        }
    }
}
