//! The program's readers, fed with damaged input: nothing may panic, hang or take much memory.
//!
//! A plain `cargo test` runs the same few cases every time. `just fuzz TARGET SECONDS` runs new ones, and
//! `just fuzz-one FILE` runs one input again. Inputs that were once handled badly lie in `found/TARGET/` and
//! are run first. A case is a good input with a few changes; a seed and a number name it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bytes;
mod case;
mod dice;
mod edit;
mod folder;
mod memory;
mod runner;
mod runs;
mod self_check;
mod sets;
mod shrink;
mod target;
mod watchdog;
mod words;

mod archive;
mod binary;
mod checkpoint;
mod image;
mod packed;
mod pickle;
mod rows;
mod run_folder;
mod safetensors;
mod sources;
mod state_dict;
mod toml;

// What the tests of the built program use too.
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../cli/ended.rs"]
mod ended;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../cli/handmade.rs"]
mod handmade;
#[expect(dead_code, reason = "other tests use more of it")]
#[path = "../cli/scratch.rs"]
mod scratch;
#[path = "../cli/torch_file.rs"]
mod torch_file;
