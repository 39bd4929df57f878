//! The program `mixup`, in rooms. Each room uses only the rooms below it.
//!
//! | room | what |
//! | --- | --- |
//! | [`commands`] | the command line: arguments in, words out |
//! | [`mod@bench`], [`comparison`] | what `mixup bench` measures; many runs and their report |
//! | [`terminal`] | progress bars, lines and the dashboard: a watcher of runs |
//! | [`run`] | one run, from nothing to its summary |
//! | [`experiment`] | the experiment file, read and checked |
//! | [`learn`] | losses, optimizers, the training step, evaluation: tensors only |
//! | [`device`] | where tensors are computed |
//! | [`failure`], [`files`], [`output`] | every way to end badly; all reading and writing of files; printed lines |
//!
//! Looking for the training loop? Read [`run::epoch_loop`].

#![recursion_limit = "256"]

pub mod bench;
pub mod commands;
pub(crate) mod comparison;
pub mod device;
pub mod experiment;
pub mod failure;
pub(crate) mod files;
#[doc(hidden)]
pub mod for_fuzzing;
pub mod learn;
pub mod output;
pub mod run;
pub(crate) mod terminal;
