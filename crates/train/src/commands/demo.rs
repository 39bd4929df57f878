//! `mixup demo`: a small comparison on built-in images, without a download.

use std::path::Path;

use super::compare::{DEFAULT_TRIALS, Question};
use super::report::Told;
use super::train::free_folder;
use crate::commands::arguments::DemoArgs;
use crate::comparison::seeds::{Seeds, Shard};
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::DataSource;
use crate::run::start::check;

const EXPERIMENT: &str = include_str!("../../../../experiments/demo.toml");

/// Trains pairs of a small network with and without mixup, and writes their report.
///
/// # Errors
/// Any [`Failure`].
pub fn run(args: &DemoArgs) -> Result<(), Failure> {
    let mut mixup = Experiment::parse(EXPERIMENT, Path::new("experiments/demo.toml"))?;
    mixup.epochs = args.epochs.unwrap_or(mixup.epochs);
    check(&mixup)?;
    let first = args.seed.unwrap_or(mixup.seed);
    let question = Question {
        arms: [
            ("mixup".into(), mixup.clone()),
            ("baseline".into(), mixup.baseline()),
        ],
        seeds: Seeds::from(first, args.trials.unwrap_or(DEFAULT_TRIALS)),
        source: DataSource::Synthetic,
        out: args.out.clone().unwrap_or_else(|| free_folder("demo")),
        shard: Shard::WHOLE,
    };
    let told = Told {
        pictures: true,
        json: args.common.json,
        open: args.open,
        title: None,
    };
    question.answer(&args.common, &told)
}
