//! One run: started or resumed, trained, evaluated, and written to its folder.

pub mod checkpoint;
pub mod data;
pub mod epoch_loop;
pub mod evaluate_weights;
pub mod folder;
pub mod free_folder;
pub mod interrupt;
pub mod introduction;
mod judge;
mod learner;
pub mod loaded_network;
pub mod mixed_pairs;
pub mod panics;
pub mod plural;
pub mod png;
pub mod progress_renderer;
pub mod record;
pub mod resume;
pub mod resume_check;
pub mod splits;
pub mod start;
pub mod train;
pub mod watch;
pub mod weights_note;
