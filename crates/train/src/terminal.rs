//! What the user sees and types while the program runs.

mod bars;
mod quiet_stderr;
mod raw_mode;
mod screen;
pub(crate) mod trials_progress;
pub(crate) mod ui;
