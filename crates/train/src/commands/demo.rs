//! `mixup demo`: a small comparison on built-in images, without a download.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::commands::shared_arguments::Common;
use crate::comparison::plan::{ComparisonPlan, DEFAULT_PAIRS};
use crate::comparison::report::ReportOptions;
use crate::comparison::seeds::{Seeds, Shard};
use crate::device::choose::DeviceChoice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::output::print_result;
use crate::run::data::DataSource;
use crate::run::free_folder::free_folder;
use crate::run::packed_data::PackedUse;

const EXPERIMENT: &str = include_str!("../../../../experiments/demo.toml");

/// `mixup demo`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DemoArgs {
    /// How many pairs [default: 6]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub trials: Option<u32>,
    /// The seed of the first pair [default: 1]
    #[arg(long)]
    pub seed: Option<u32>,
    /// How many epochs to train, instead of the demo's number
    #[arg(long)]
    pub epochs: Option<usize>,
    /// Open the report when it is written
    #[arg(long)]
    pub open: bool,
    /// The folder for the runs and their report [default: runs/demo]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

const EXAMPLES: &str = "\
Examples:
  mixup demo
  mixup demo --trials 2 --epochs 2 --open";

/// What to do after the demo.
const NEXT: &str =
    "next, on real photos (170 MB, hours on a CPU): mixup compare mixup baseline --data cifar10";

/// Trains pairs of a small network with and without mixup on images with random labels, and writes and prints their report.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(args: &DemoArgs) -> Result<(), Failure> {
    let plan = plan(args)?;
    args.common.output.check_path(&plan.out)?;
    let ui = args.common.ui_for_many_runs()?;
    plan.check()?;
    let device = args.common.device.choose(DeviceChoice::Auto)?;
    let random = random_labels(&plan);
    ui.say(&format!(
        "demo    {random} of the training labels are random; mixup is known to resist that"
    ));
    let trained = plan.train(device, PackedUse::default(), &ui)?;
    let options = ReportOptions {
        pictures: true,
        json: args.common.output.json,
        open: args.open,
        title: Some(format!(
            "The demo: mixup against no mixup, with {random} random training labels"
        )),
    };
    plan.report(trained, &options)?;
    if !args.common.output.json {
        print_result(NEXT);
    }
    Ok(())
}

/// The share of random training labels in all arms.
fn random_labels(plan: &ComparisonPlan) -> String {
    let shares = plan.arms.iter().map(|(_, arm)| arm.labels.corrupted);
    format!("{:.0}%", 100.0 * shares.fold(0.0, f64::max))
}

fn plan(args: &DemoArgs) -> Result<ComparisonPlan, Failure> {
    let origin = Path::new("experiments/demo.toml");
    let mixup = Experiment::parse(EXPERIMENT, origin)?.with_epochs(args.epochs)?;
    let first = args.seed.unwrap_or(mixup.seed);
    Ok(ComparisonPlan {
        arms: vec![
            ("mixup".into(), mixup.clone()),
            ("baseline".into(), mixup.baseline()?),
        ],
        changes: vec![],
        seeds: Seeds::consecutive(first, args.trials.unwrap_or(DEFAULT_PAIRS)),
        source: DataSource::Synthetic,
        out: args.out.clone().unwrap_or_else(|| free_folder("demo")),
        shard: Shard::WHOLE,
    })
}

#[cfg(test)]
mod tests;
