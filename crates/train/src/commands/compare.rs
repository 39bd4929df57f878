//! `mixup compare`: paired trials of two experiments.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::commands::shared_arguments::{Common, DataArgs};
use crate::comparison::plan::{ComparisonPlan, DEFAULT_PAIRS};
use crate::comparison::report::ReportOptions;
use crate::comparison::seeds::{Seeds, Shard};
use crate::device::choose::DeviceChoice;
use crate::experiment::Experiment;
use crate::experiment::name::experiment_name;
use crate::failure::Failure;
use crate::files;
use crate::run::plural::counted;
use crate::terminal::ui::{Ui, print_result};
use mixup_data::quoted;

/// `mixup compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The experiment, such as experiments/mixup.toml
    #[arg(value_name = "EXPERIMENT")]
    pub experiment: PathBuf,
    /// What it is compared with, such as experiments/baseline.toml
    #[arg(value_name = "BASELINE")]
    pub baseline: PathBuf,
    /// How many pairs, with consecutive seeds from the experiment's on; decide it before you look.
    /// Fewer than 6 cannot reach p < 0.05 in an exact test [default: 6]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub trials: Option<u32>,
    /// The seeds of the pairs instead, such as 1,2,5-8
    #[arg(long, conflicts_with = "trials")]
    pub seeds: Option<Seeds>,
    /// The folder of the comparison; runs that it already has are not trained again [default:
    /// runs/EXPERIMENT-against-BASELINE]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// `--data`.
    #[command(flatten)]
    pub data: DataArgs,
    /// How many epochs to train, instead of the experiments' number
    #[arg(long)]
    pub epochs: Option<usize>,
    /// Train only the I-th of N parts, for N processes or machines that share the folder
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Leave pictures of the data out of the report
    #[arg(long)]
    pub no_pictures: bool,
    /// Open the report when it is written
    #[arg(long)]
    pub open: bool,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

/// Trains the runs that are missing, and writes and prints the report.
///
/// # Errors
/// Any [`Failure`]; finished runs are kept.
pub(crate) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let plan = plan(args)?;
    args.common.output.check_path(&plan.out)?;
    let ui = args.common.ui_for_many_runs()?;
    plan.check()?;
    let device = args.common.device.choose(DeviceChoice::Auto)?;
    let trained = plan.train(device, &ui)?;
    if plan.shard.is_part() {
        print_part(&plan, trained.finished, args.common.output.json, &ui);
        return trained.check();
    }
    let options = ReportOptions {
        pictures: !args.no_pictures,
        json: args.common.output.json,
        open: args.open,
        title: None,
    };
    plan.report(trained, &options)
}

fn plan(args: &CompareArgs) -> Result<ComparisonPlan, Failure> {
    let arms = [
        arm(&args.experiment, args.epochs)?,
        arm(&args.baseline, args.epochs)?,
    ];
    let first = arms[0].1.seed;
    let seeds = || Seeds::consecutive(first, args.trials.unwrap_or(DEFAULT_PAIRS));
    // Not the first free folder, as for a single run: the same command must find its runs again.
    let folder = || format!("runs/{}-against-{}", arms[0].0, arms[1].0).into();
    Ok(ComparisonPlan {
        out: args.out.clone().unwrap_or_else(folder),
        seeds: args.seeds.clone().unwrap_or_else(seeds),
        source: args.data.source(),
        shard: args.shard.unwrap_or(Shard::WHOLE),
        arms,
    })
}

/// The name and the experiment of a file; `epochs` instead of its number.
fn arm(file: &Path, epochs: Option<usize>) -> Result<(String, Experiment), Failure> {
    let experiment = Experiment::read(file)?.with(|file| {
        file.epochs = epochs.unwrap_or(file.epochs);
    })?;
    Ok((experiment_name(file), experiment))
}

/// What `--json` prints for a part of a comparison.
#[derive(Serialize)]
struct Part {
    out: String,
    part: String,
    finished: usize,
}

/// Prints how many runs a part of a comparison has: there is no report until all parts are finished.
fn print_part(plan: &ComparisonPlan, finished: usize, json: bool, ui: &Ui) {
    let (out, part) = (plan.out.display().to_string(), plan.shard.to_string());
    if json {
        print_result(&files::json_line(&Part {
            out,
            part,
            finished,
        }));
    } else {
        ui.say(&part_in_words(plan, finished));
    }
}

fn part_in_words(plan: &ComparisonPlan, finished: usize) -> String {
    format!(
        "part {} has its {}; when all parts have theirs, gather them with: mixup report {}",
        plan.shard,
        counted(finished, "run"),
        quoted(&plan.out)
    )
}

#[cfg(test)]
mod tests;
