//! The program `mixup`, and what it learns with.
//!
//! As a library, start with [`learn`]: the training step, losses, metrics, optimizers and evaluation, on tensors only.
//! Without the feature `cli`, nothing else is compiled.
//!
//! The program lies in rooms. Each room uses only the rooms below it.
//!
//! | room | what |
//! | --- | --- |
//! | `commands` | the command line: arguments in, words out |
//! | `bench`, `comparison` | what `mixup bench` measures; many runs and their report |
//! | `terminal` | progress bars, lines and the dashboard: a watcher of runs |
//! | `run` | one run, from nothing to its summary |
//! | `experiment` | the experiment file, read and checked |
//! | [`learn`] | losses, optimizers, the training step, evaluation: tensors only |
//! | `device` | where tensors are computed |
//! | `failure`, `files`, `output` | every way to end badly; all reading and writing of files; printed lines |
//!
//! Looking for the training loop? Read `run/epoch_loop.rs`.

#![recursion_limit = "256"]

#[cfg(feature = "cli")]
pub mod bench;
#[cfg(feature = "cli")]
pub mod commands;
#[cfg(feature = "cli")]
pub(crate) mod comparison;
#[cfg(feature = "cli")]
pub mod device;
#[cfg(feature = "cli")]
pub mod experiment;
#[cfg(feature = "cli")]
pub mod failure;
#[cfg(feature = "cli")]
pub(crate) mod files;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod for_fuzzing;
pub mod learn;
#[cfg(feature = "cli")]
pub mod output;
#[cfg(feature = "cli")]
pub mod run;
#[cfg(feature = "cli")]
pub(crate) mod terminal;
