//! `mixup sweep`: one experiment with several values of a key, in paired trials against one baseline.

use std::path::PathBuf;

use clap::Args;

use crate::commands::pairs_arguments::PairsArgs;
use crate::comparison::plan::ComparisonPlan;
use crate::comparison::sweep::{Sweep, SweptKey};
use crate::failure::Failure;

/// `mixup sweep`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SweepArgs {
    /// The experiment: a file, such as experiments/mixup.toml, or a name, such as mixup
    #[arg(value_name = "EXPERIMENT")]
    pub experiment: PathBuf,
    /// A key of the experiment and the values to try, such as mixing.alpha=0.1,0.2,0.4,1. Several such
    /// keys give all combinations. A single value is for all arms and the baseline
    #[arg(long = "set", value_name = "KEY=VALUES", required = true)]
    pub keys: Vec<SweptKey>,
    /// What every arm is compared with [default: the experiment without mixing]
    #[arg(long, value_name = "EXPERIMENT")]
    pub baseline: Option<PathBuf>,
    /// The folder of the sweep; runs that it already has are not trained again [default:
    /// runs/EXPERIMENT-over-KEY]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Which pairs, and how they are reported.
    #[command(flatten)]
    pub pairs: PairsArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup sweep mixup --set mixing.alpha=0.1,0.2,0.4,1
  mixup sweep demo --set mixing.alpha=0.2,1 --data synthetic --epochs 2
  mixup sweep mixup --set mixing.every=1,2,5 --set epochs=5 --trials 10";

/// Trains the runs that are missing, and writes and prints the report.
///
/// # Errors
/// Any [`Failure`]; finished runs are kept.
pub(crate) fn run(args: &SweepArgs) -> Result<(), Failure> {
    args.pairs.train(&plan(args)?)
}

fn plan(args: &SweepArgs) -> Result<ComparisonPlan, Failure> {
    let table = args.pairs.data.table.changes().into_iter();
    let keys: Vec<SweptKey> = args
        .keys
        .iter()
        .cloned()
        .chain(table.map(SweptKey::from))
        .collect();
    let sweep = Sweep {
        experiment: &args.experiment,
        baseline: args.baseline.as_ref(),
        keys: &keys,
        epochs: args.pairs.epochs,
    };
    let arms = sweep.arms()?;
    let folder = || format!("runs/{}", sweep.name()).into();
    let out = args.out.clone().unwrap_or_else(folder);
    Ok(args.pairs.plan(arms, sweep.texts(), out))
}

#[cfg(test)]
mod tests;
