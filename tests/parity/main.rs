//! What this program computes against what PyTorch computes.
//!
//! Inputs and parameters come from a formula on integers, so no data file is needed. The figures are in
//! the JSON files in this folder, each next to the script that wrote it, run by PyTorch 2.15 on the CPU.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod article;
mod formula;
mod gradients;
mod losses;
mod networks;
mod optimizers;
mod published;
mod schedules;
