//! What trained networks show: the measures of one network, what paired trials can say about two
//! experiments, and the page that tells it.
//!
//! The crate knows neither Burn nor run folders: finished runs come in as [`Trial`]s, and go out as a
//! [`Report`], as [`page`] and as [`tables`].

#![recursion_limit = "256"]

mod agreement;
mod arm;
mod assemble;
mod chart;
mod comparison;
#[cfg(test)]
mod example;
mod findings;
mod marks;
mod measures;
mod mismatch;
mod outputs;
mod page;
mod report;
mod robustness;
mod row;
#[cfg(test)]
mod simulated;
pub mod statistics;
pub mod tables;
mod trial;
mod verdict;
mod words;

pub use assemble::About;
pub use measures::{Bin, Measures, RELIABILITY_BINS, predicted_class};
pub use mismatch::{Found, Mismatch};
pub use outputs::{Outputs, log_probabilities};
pub use page::page;
pub use report::{Arm, Comparison, LeftOut, Outcome, Pair, Report, RunFigures, Setting};
pub use robustness::{Robustness, RobustnessPoint};
pub use row::{ResultRow, markdown_table};
pub use statistics::{McNemar, MeanDifference, PairedDifference, Spread};
pub use trial::{ChosenBy, Data, Epoch, MixedPair, TrainingMeasures, Trial};
