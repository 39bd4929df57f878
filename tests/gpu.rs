//! A GPU back end against the CPU: a few steps of the built binary on both.
//!
//! Any adapter will do, a software renderer too: `just test-wgpu`.

#[path = "cli/scratch.rs"]
#[expect(dead_code, reason = "the other test binary uses the rest")]
mod scratch;
