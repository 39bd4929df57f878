//! `mixup runs`: the runs in a folder, and what has become of each.

use std::path::{Path, PathBuf};

use clap::Args;
use mixup_evidence::ChosenBy;
use serde::Serialize;

use crate::commands::shared_arguments::JsonArgs;
use crate::failure::Failure;
use crate::files::json_line;
use crate::run::free_folder::RUNS;
use crate::run::listing::{ListedRun, RunState, runs_in};
use crate::run::plural::counted;
use crate::terminal::screen::stdout_size;
use crate::terminal::ui::print_result;

mod table;

/// `mixup runs`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct RunsArgs {
    /// The folder to look in [default: runs]
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup runs
  mixup runs runs/demo --json";

/// Prints the runs, or the line of JSON.
///
/// # Errors
/// [`Failure::Usage`] if there is no such folder, [`Failure::File`] if it cannot be read.
pub(crate) fn run(args: &RunsArgs) -> Result<(), Failure> {
    let folder = args.folder.as_deref().unwrap_or(Path::new(RUNS));
    args.output.check_path(folder)?;
    let is_missing = !folder.is_dir();
    if is_missing && args.folder.is_some() {
        return Err(Failure::usage(
            format!("{}: expected a folder, found none", folder.display()),
            "give the folder that holds your runs, or leave it out for runs",
        ));
    }
    let runs = if is_missing { vec![] } else { runs_in(folder)? };
    if args.output.json {
        for run in &runs {
            args.output.check_path(&run.path)?;
        }
        print_result(&json_line(&Listing::new(folder, &runs)));
        return Ok(());
    }
    if runs.is_empty() {
        print_result(&format!(
            "no runs in {}; mixup train and mixup compare make them",
            folder.display()
        ));
        return Ok(());
    }
    let (_, columns) = stdout_size();
    table::lines(&runs, columns)
        .iter()
        .for_each(|line| print_result(line));
    for run in &runs {
        if let Some(problem) = &run.problem {
            print_result(&format!("damaged: {problem}"));
        }
    }
    for run in runs.iter().filter(|run| run.lacks_weights) {
        print_result(&format!(
            "without weights, so it can be reported and not evaluated: {}",
            run.path.display()
        ));
    }
    let bytes = runs.iter().map(|run| run.bytes).sum();
    let count = counted(runs.len(), "run");
    print_result(&format!("{count}, {} on disk", table::size(bytes)));
    Ok(())
}

/// What `--json` prints.
#[derive(Serialize)]
struct Listing {
    folder: String,
    runs: Vec<ListedJson>,
}

#[derive(Serialize)]
struct ListedJson {
    path: String,
    state: RunState,
    experiment: Option<String>,
    seed: Option<u32>,
    epochs: Option<usize>,
    epochs_done: Option<usize>,
    accuracy: Option<f64>,
    accuracy_of: Option<ChosenBy>,
    lacks_weights: bool,
    bytes: u64,
    problem: Option<String>,
}

impl Listing {
    fn new(folder: &Path, runs: &[ListedRun]) -> Self {
        let listed = |run: &ListedRun| {
            let facts = run.facts.as_ref();
            let accuracy = facts.and_then(|facts| facts.accuracy);
            ListedJson {
                path: run.path.display().to_string(),
                state: run.state,
                experiment: facts.map(|facts| facts.experiment.clone()),
                seed: facts.map(|facts| facts.seed),
                epochs: facts.map(|facts| facts.epochs),
                epochs_done: facts.map(|facts| facts.epochs_done),
                accuracy: accuracy.map(|(share, _)| share),
                accuracy_of: accuracy.map(|(_, split)| split),
                lacks_weights: run.lacks_weights,
                bytes: run.bytes,
                problem: run.problem.clone(),
            }
        };
        Self {
            folder: folder.display().to_string(),
            runs: runs.iter().map(listed).collect(),
        }
    }
}
