//! Why runs do not belong in one report.

use std::fmt;

use thiserror::Error;

/// Why runs do not belong in one report.
///
/// Each message is one line: where, what was expected, and what was found.
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

    /// Two runs of one arm have the same seed. They are one trial and would count as two.
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

    /// Runs of one arm differ in a setting, so they do not come from one experiment.
    #[error("{arm}: expected one {key} in all runs, found {one} and {other}")]
    Settings {
        /// The arm.
        arm: String,
        /// The dotted key, such as `optimizer.learning_rate`.
        key: String,
        /// The value in one run; `nothing` if it lacks the key.
        one: Box<Found>,
        /// The value in another run.
        other: Box<Found>,
    },

    /// Runs have different images, or different names of classes.
    #[error("expected the same {what} in all runs, found {one} and {other}")]
    Data {
        /// What differs, such as `data fingerprint`.
        what: &'static str,
        /// The value in one run.
        one: Box<Found>,
        /// The value in another run.
        other: Box<Found>,
    },

    /// The figures of a run do not fit together, or one is not a number.
    #[error("{run}: expected {expected}, found {found}")]
    Damaged {
        /// The run.
        run: String,
        /// What a complete run has.
        expected: String,
        /// What this run has.
        found: String,
    },
}

/// A value that was found in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The run.
    pub run: String,
    /// The value.
    pub value: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.value, self.run)
    }
}
