//! What the user sees and types while the program runs.

mod bars;
mod raw_mode;
pub(crate) mod trials_progress;
pub(crate) mod ui;
