//! The operation on Burn's tensors, against Burn's own operations and finite differences.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod burns_operations;
mod case;
mod conv_sum;
mod differences;
mod layers;
mod nan;
mod norm;
mod operands;
mod shortcuts;
mod threads;
