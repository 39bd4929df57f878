//! Batch normalisation on Burn's tensors, against Burn's own operations.

mod burns_operations;
mod case;
mod nan;
mod operands;
