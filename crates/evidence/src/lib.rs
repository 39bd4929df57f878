//! What trained networks show: the measures of one network, what paired trials can say about two
//! experiments, and the page that tells it.
//!
//! The crate knows neither Burn nor run folders: finished runs come in as [`Trial`]s, and go out as a
//! [`Report`], as [`page`] and as [`tables`].

#![recursion_limit = "256"]

mod chart;
#[cfg(test)]
mod example;
mod measures;
mod page;
mod report;
mod trial;

pub use measures::{Bin, Measures, RELIABILITY_BINS};
pub use page::page;
pub use report::{
    Arm, Comparison, Data, LeftOut, McNemar, Outcome, Pair, PairedDifference, Report, RunFigures,
    Setting, Spread,
};
pub use trial::{ChosenBy, Epoch, MixedPair, TrainingMeasures, Trial};
