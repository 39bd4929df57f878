//! Real vectors against their emulation, as for convolutions.
//!
//! No CPU has both NEON and AVX2, which emulates it. The emulated NEON is compared with the reference
//! by every other test.

use burn_flex_kernels::{Activation, Instructions};

use super::case::{Case, Operands};
use crate::check::values;

/// # Panics
/// If the CPU lacks AVX-512, or if its bits differ from its emulation's.
fn check(activation: Activation, adds: bool) {
    for channels in [3, 16, 40, 150] {
        let operands = Operands::new(Case {
            adds,
            ..Case::plain(channels, [13, 11], activation)
        });
        let gradient = values(operands.output_len(), 8);
        let [real, emulated] = [Instructions::Avx512, Instructions::EmulatedAvx512]
            .map(|set| operands.run(set, &gradient).bits());
        assert!(real == emulated, "{channels} channels");
    }
}

#[test]
#[ignore = "needs a CPU with AVX-512"]
fn tool_cpu_avx512_has_the_bits_of_its_emulation_normalising() {
    check(Activation::Identity, true);
    check(Activation::Relu, false);
}

#[test]
#[ignore = "needs a CPU with AVX-512"]
fn tool_cpu_avx512_has_the_bits_of_its_emulation_normalising_a_sum() {
    check(Activation::Relu, true);
}

#[test]
#[ignore = "needs a CPU with AVX-512"]
fn tool_cpu_avx512_has_the_bits_of_its_emulation_normalising_and_pooling() {
    check(Activation::ReluMaxPool, false);
}
