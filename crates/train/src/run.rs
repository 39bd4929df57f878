//! One run: started or resumed, trained, evaluated, and written to its folder.

pub(crate) mod checkpoint;
pub(crate) mod data;
pub(crate) mod epoch_loop;
pub(crate) mod epoch_row;
pub(crate) mod evaluate_weights;
pub(crate) mod folder;
pub(crate) mod free_folder;
pub(crate) mod interrupt;
pub(crate) mod introduction;
mod judge;
mod learner;
pub(crate) mod loaded_network;
pub(crate) mod mixed_pairs;
pub mod panics;
pub(crate) mod plural;
pub(crate) mod png;
pub(crate) mod progress_renderer;
pub(crate) mod record;
pub(crate) mod resume;
pub(crate) mod resume_check;
pub(crate) mod splits;
pub(crate) mod start;
pub(crate) mod train;
pub(crate) mod watch;
pub(crate) mod weights;
pub(crate) mod weights_note;
