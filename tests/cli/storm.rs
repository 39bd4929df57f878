//! Kills, full disks and equal starts, again and again: whatever happened, the command called once more leaves
//! the files of one that nothing happened to, and no others.
//!
//! A plain `cargo test` tries a few of each; `just storm COUNT` makes COUNT kills and tries.

mod chance;
mod disks;
mod kills;
mod kills_of_reports;
mod limits;
mod moments;
mod starts;
mod tree;

/// How many kills or tries a test makes: its share of what `just storm` asks for, else `few`.
fn tries(few: usize, parts: usize) -> usize {
    match std::env::var("MIXUP_STORM") {
        Ok(text) => {
            let count: usize = text.parse().expect("MIXUP_STORM is a whole number");
            count.div_ceil(parts)
        }
        Err(_) => few,
    }
}
