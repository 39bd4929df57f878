//! `mixup report`: the report of finished runs.

use std::path::PathBuf;

use clap::Args;

use crate::commands::shared_arguments::JsonArgs;
use crate::comparison::report::{ReportOptions, write_report};
use crate::failure::Failure;

/// `mixup report`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReportArgs {
    /// Run folders, or folders that hold some, such as a comparison's
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// The folder to write to [default: RUN if it is one folder, else report]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// The arm that the others are compared with [default: the comparison's, else the one that mixes
    /// nothing]
    #[arg(long, value_name = "ARM")]
    pub baseline: Option<String>,
    /// Leave pictures of the data out
    #[arg(long)]
    pub no_pictures: bool,
    /// Add each comparison to this file, as a row for `mixup table`
    #[arg(long, value_name = "FILE")]
    pub row: Option<PathBuf>,
    /// What the page and the table call it [default: the names of the arms]
    #[arg(long, value_name = "WORDS")]
    pub label: Option<String>,
    /// Open the page
    #[arg(long)]
    pub open: bool,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup report runs/mixup-against-baseline --open
  mixup report runs/mixup-seed1 runs/baseline-seed1 --out report";

impl ReportArgs {
    /// The folder to write to.
    fn folder(&self) -> PathBuf {
        match (&self.out, &self.runs[..]) {
            (Some(out), _) => out.clone(),
            (None, [only]) => only.clone(),
            _ => "report".into(),
        }
    }
}

/// Writes and prints the report of the named runs.
///
/// # Errors
/// [`Failure::Usage`] if they cannot be in one report, [`Failure::File`].
pub(crate) fn run(args: &ReportArgs) -> Result<(), Failure> {
    for path in args.runs.iter().chain([&args.folder()]) {
        args.output.check_path(path)?;
    }
    let options = ReportOptions {
        pictures: !args.no_pictures,
        json: args.output.json,
        open: args.open,
        title: args.label.clone(),
    };
    let baseline = args.baseline.as_deref();
    let files = write_report(&args.runs, &args.folder(), baseline, &options)?;
    if let Some(file) = &args.row {
        files.add_rows(args.label.as_deref(), file)?;
    }
    files.show(&options);
    Ok(())
}

#[cfg(test)]
mod tests;
