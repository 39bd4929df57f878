//! What the user sees and types while the program runs.

mod bars;
mod dashboard;
mod epoch_table;
mod quiet_stderr;
mod raw_mode;
pub(crate) mod screen;
pub(crate) mod trials_progress;
pub(crate) mod ui;
