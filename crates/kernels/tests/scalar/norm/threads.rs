//! The same bits from any number of threads.

use burn_flex_kernels::{Activation, MapShape};

use super::case::{Case, Operands};
use crate::check::{instructions, values};

/// # Panics
/// If a number of threads changes a bit of the statistics, the output or a gradient.
fn check(channels: usize, activation: Activation, adds: bool) {
    let operands = Operands::new(Case {
        shape: MapShape {
            batch: 37,
            channels,
            size: [15, 17],
        },
        activation,
        adds,
        given: false,
        seed: 5,
    });
    let gradient = values(operands.output_len(), 9);
    for instructions in instructions() {
        let bits = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| operands.run(instructions, &gradient).bits())
        };
        let one = bits(1);
        for threads in [1, 2, 3, 8] {
            assert!(bits(threads) == one, "{instructions}, {threads} threads");
        }
    }
}

#[test]
fn of_whole_vectors() {
    check(32, Activation::Identity, false);
}

#[test]
fn of_other_channels_with_relu() {
    check(21, Activation::Relu, false);
}

#[test]
fn of_a_sum_with_relu() {
    check(21, Activation::Relu, true);
}

#[test]
fn with_pooling() {
    check(21, Activation::ReluMaxPool, false);
}
