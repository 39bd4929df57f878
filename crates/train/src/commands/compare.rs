//! `mixup compare`: paired trials of two or more experiments.

use std::path::PathBuf;

use clap::Args;

use crate::commands::pairs_arguments::PairsArgs;
use crate::comparison::arms::{ArmChange, SetForm, read_arms};
use crate::comparison::plan::ComparisonPlan;
use crate::failure::Failure;

/// The most arms whose names are all in the default folder's name.
const NAMED_ARMS: usize = 3;

/// `mixup compare`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompareArgs {
    /// The experiment: a file, such as experiments/mixup.toml, or a name, such as mixup; or several, whose
    /// baseline is then trained once
    #[arg(value_name = "EXPERIMENT", required = true, num_args = 1..)]
    pub experiments: Vec<PathBuf>,
    /// What each is compared with, such as baseline or experiments/baseline.toml
    #[arg(value_name = "BASELINE")]
    pub baseline: PathBuf,
    /// Another value for a key of all experiments, such as epochs=3, or of one, such as
    /// mixup:mixing.alpha=1; can be given for several keys
    #[arg(long = "set", value_name = "[ARM:]KEY=VALUE")]
    pub changes: Vec<ArmChange>,
    /// The folder of the comparison; runs that it already has are not trained again [default:
    /// runs/EXPERIMENT-against-BASELINE]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Which pairs, and how they are reported.
    #[command(flatten)]
    pub pairs: PairsArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup compare mixup baseline
  mixup compare mixup cutmix manifold baseline --trials 6
  mixup compare mixup baseline --set epochs=5 --set mixup:mixing.alpha=1
  mixup compare folders folders-baseline --data my-pictures";

/// Trains the runs that are missing, and writes and prints the report.
///
/// # Errors
/// Any [`Failure`]; finished runs are kept.
pub(crate) fn run(args: &CompareArgs) -> Result<(), Failure> {
    args.pairs.train(&plan(args)?)
}

fn plan(args: &CompareArgs) -> Result<ComparisonPlan, Failure> {
    let files = args.experiments.iter().chain([&args.baseline]);
    let files: Vec<PathBuf> = files.cloned().collect();
    let table = args.pairs.data.table.changes().into_iter();
    let changes = args
        .changes
        .iter()
        .cloned()
        .chain(table.map(ArmChange::from));
    let changes: Vec<ArmChange> = changes.collect();
    let arms = read_arms(&files, &changes, args.pairs.epochs, SetForm::PerArm)?;
    let names: Vec<&str> = arms.iter().map(|(name, _)| name.as_str()).collect();
    // Not the first free folder, as for a single run: the same command must find its runs again.
    let out = args.out.clone().unwrap_or_else(|| folder(&names).into());
    let changes = changes.iter().map(ToString::to_string).collect();
    Ok(args.pairs.plan(arms, changes, out))
}

/// The default folder of these arms, the baseline last.
fn folder(names: &[&str]) -> String {
    let (baseline, arms) = names
        .split_last()
        .map_or(("", names), |(last, arms)| (*last, arms));
    let named = arms[..arms.len().min(NAMED_ARMS)].join("-");
    let more = match arms.len().saturating_sub(NAMED_ARMS) {
        0 => String::new(),
        more => format!("-and-{more}-more"),
    };
    format!("runs/{named}{more}-against-{baseline}")
}

#[cfg(test)]
mod tests;
