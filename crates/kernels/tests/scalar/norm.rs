//! Batch normalisation against its formulas in f64.

mod case;
mod differences;
mod emulation;
mod nan;
mod panics;
mod properties;
mod reference;
mod statistics;
mod threads;
