//! Runs that cannot stand in one report.

use std::fmt;

use thiserror::Error;

/// Why runs do not go together.
///
/// Each message is one line: where, what was expected, what was found.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// There are no runs.
    #[error("expected at least one finished run, found none")]
    NoRuns,

    /// An arm that was asked for has no runs.
    #[error("{arm}: expected at least one finished run, found none")]
    NoRunsOf {
        /// The arm.
        arm: String,
    },

    /// An arm was asked for twice.
    #[error("{arm}: expected each arm once, found it twice")]
    ArmTwice {
        /// The arm.
        arm: String,
    },

    /// Two runs of one arm have one seed; they would count as two trials and are one.
    #[error("{arm}: expected each seed once, found seed {seed} in {run} and in {other}")]
    SeedTwice {
        /// The arm.
        arm: String,
        /// The seed.
        seed: u32,
        /// A run with it.
        run: String,
        /// Another run with it.
        other: String,
    },

    /// Runs of one arm differ in a setting, so they are not trials of one experiment.
    #[error("{arm}: expected one {key} in all runs, found {one} and {other}")]
    Settings {
        /// The arm.
        arm: String,
        /// Dotted key, such as `optimizer.learning_rate`.
        key: String,
        /// What one run has; `nothing` where it lacks the key.
        one: Box<Found>,
        /// What another has.
        other: Box<Found>,
    },

    /// Runs were tested on different images, or name the classes differently.
    #[error("expected the same {what} in all runs, found {one} and {other}")]
    Data {
        /// What differs, such as `data fingerprint`.
        what: &'static str,
        /// What one run has.
        one: Box<Found>,
        /// What another has.
        other: Box<Found>,
    },

    /// A run's figures do not fit together or are not numbers.
    #[error("{run}: expected {expected}, found {found}")]
    Damaged {
        /// The run.
        run: String,
        /// What a whole run has.
        expected: String,
        /// What this one has.
        found: String,
    },
}

/// What was found in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The run.
    pub run: String,
    /// What it has.
    pub value: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.value, self.run)
    }
}
