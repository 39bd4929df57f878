//! `mixup demo`: a small comparison on built-in images, without a download.

use std::path::Path;

use super::compare::{DEFAULT_TRIALS, Question};
use super::report::Told;
use super::train::free_folder;
use crate::cli::DemoArgs;
use crate::data_source::DataSource;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::prepare::check;
use crate::trials::{Seeds, Shard};

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
