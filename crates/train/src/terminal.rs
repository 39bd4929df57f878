//! What the user sees and types while the program runs.

mod bars;
mod raw_mode;
pub mod trials_progress;
pub mod ui;
