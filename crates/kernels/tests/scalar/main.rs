//! The kernels against the same sums in f64, on every set of instructions that this CPU has or can
//! emulate.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod activations;
mod addend;
mod check;
mod differences;
mod direct;
mod emulation;
mod norm;
mod panics;
mod properties;
mod reference;
mod threads;
mod winograd;
