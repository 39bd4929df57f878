//! Real vectors against their emulation.
//!
//! The emulated sets run in every other test, on any CPU with AVX2. Only the proof that they give the
//! bits of the real ones needs a CPU with AVX-512, so it does not run unless asked for:
//! `cargo test --test scalar -- --ignored tool_cpu_`.

use burn_flex_kernels::{Activation, Instructions, Mode, forward};

use crate::check::{Operands, gradients, three_by_three};

/// # Panics
/// If the CPU lacks AVX-512, or if its bits differ from its emulation's.
fn check(inputs: usize, outputs: usize, side: usize) {
    let operands = Operands::new(
        three_by_three(inputs, outputs, [side, side]),
        Activation::Relu,
        1,
    );
    let [real, emulated] = [Instructions::Avx512, Instructions::EmulatedAvx512].map(|set| {
        let output = forward(set, &operands.layer(), Mode::Training).values;
        let found = gradients(set, operands.layer(), &output, &output);
        (output, found.input, found.weights, found.bias)
    });
    assert_eq!(real, emulated);
}

#[test]
#[ignore = "needs a CPU with AVX-512"]
fn tool_cpu_avx512_has_the_bits_of_its_emulation_summed_directly() {
    check(3, 24, 9);
}

#[test]
#[ignore = "needs a CPU with AVX-512"]
fn tool_cpu_avx512_has_the_bits_of_its_emulation_by_winograd() {
    check(32, 48, 12);
}
