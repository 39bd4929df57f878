//! One run: started or resumed, trained, evaluated, and written to its folder.

pub mod checkpoint;
pub mod data;
pub mod epoch_loop;
pub mod folder;
pub mod introduction;
pub mod loaded_network;
pub mod mixed_pairs;
pub mod record;
pub mod splits;
pub mod start;
pub mod train;
pub mod weights_note;
