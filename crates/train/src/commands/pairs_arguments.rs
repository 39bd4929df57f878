//! Arguments of the commands that train pairs of runs, and what they do with their plan.

use std::path::PathBuf;

use clap::Args;
use mixup_data::quoted;
use serde::Serialize;

use crate::commands::shared_arguments::{Common, DataArgs};
use crate::comparison::arms::Arm;
use crate::comparison::plan::{ComparisonPlan, DEFAULT_PAIRS};
use crate::comparison::report::ReportOptions;
use crate::comparison::seeds::{Seeds, Shard};
use crate::device::choose::DeviceChoice;
use crate::failure::Failure;
use crate::files;
use crate::run::plural::counted;
use crate::terminal::ui::{Ui, print_result};

/// Which pairs are trained, on which images, and how they are reported.
#[derive(Debug, Args)]
pub struct PairsArgs {
    /// How many pairs, with consecutive seeds from the experiment's on; decide it before you look.
    /// Fewer than 6 cannot reach p < 0.05 in an exact test [default: 6]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub trials: Option<u32>,
    /// The seeds of the pairs instead, such as 1,2,5-8
    #[arg(long, conflicts_with = "trials")]
    pub seeds: Option<Seeds>,
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

impl PairsArgs {
    /// The plan of these arms, the baseline last, in the folder `out`; `changes` are the values of `--set`.
    pub(crate) fn plan(
        &self,
        arms: Vec<Arm>,
        changes: Vec<String>,
        out: PathBuf,
    ) -> ComparisonPlan {
        let first = arms.first().map_or(1, |(_, experiment)| experiment.seed);
        let seeds = || Seeds::consecutive(first, self.trials.unwrap_or(DEFAULT_PAIRS));
        ComparisonPlan {
            arms,
            changes,
            out,
            seeds: self.seeds.clone().unwrap_or_else(seeds),
            source: self.data.source(),
            shard: self.shard.unwrap_or(Shard::WHOLE),
        }
    }

    /// Trains the runs that are missing, and writes and prints the report.
    ///
    /// # Errors
    /// Any [`Failure`]; finished runs are kept.
    pub(crate) fn train(&self, plan: &ComparisonPlan) -> Result<(), Failure> {
        self.common.output.check_path(&plan.out)?;
        let ui = self.common.ui_for_many_runs()?;
        plan.check()?;
        let device = self.common.device.choose(DeviceChoice::Auto)?;
        let packed = self.data.packed_use(&device);
        let trained = plan.train(device, packed, &ui)?;
        if plan.shard.is_part() {
            print_part(plan, trained.finished, self.common.output.json, &ui);
            return trained.check();
        }
        let options = ReportOptions {
            pictures: !self.no_pictures,
            json: self.common.output.json,
            open: self.open,
            title: None,
        };
        plan.report(trained, &options)
    }
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
