//! What the user sees and types while the program runs.

pub mod interrupt;
pub mod panics;
mod plain;
mod raw_mode;
pub mod trials_progress;
pub mod ui;
