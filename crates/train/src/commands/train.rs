//! `mixup train`: one run, new or resumed.

use std::path::{Path, PathBuf};

use clap::Args;
use mixup_data::DataError;
use serde::Serialize;

use crate::commands::shared_arguments::{Common, DataArgs};
use crate::device::choose::DeviceChoice;
use crate::experiment::Experiment;
use crate::experiment::name::experiment_name;
use crate::failure::{Failure, resume_hint};
use crate::files;
use crate::run::data_place::recorded_source;
use crate::run::folder::RunFolder;
use crate::run::free_folder::free_folder;
use crate::run::interrupt::continues_by;
use crate::run::introduction::introduce;
use crate::run::record::Summary;
use crate::run::resume::StoppedRun;
use crate::run::resume_check::{check_experiment, check_longer, check_not_fewer, check_total};
use crate::run::start::begin;
use crate::run::train::Run;
use crate::terminal::ui::{Ui, print_result};
use mixup_data::quoted;

/// `mixup train`.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// The experiment, such as experiments/mixup.toml
    #[arg(required_unless_present = "resume", value_name = "EXPERIMENT")]
    pub experiment: Option<PathBuf>,
    /// `--data`.
    #[command(flatten)]
    pub data: DataArgs,
    /// A seed to use instead of the experiment's
    #[arg(long)]
    pub seed: Option<u32>,
    /// How many epochs to train, instead of the experiment's number
    #[arg(long)]
    pub epochs: Option<usize>,
    /// The run folder to make [default: runs/EXPERIMENT-seedSEED]
    #[arg(long, value_name = "FOLDER", conflicts_with = "resume")]
    pub out: Option<PathBuf>,
    /// Resume the run in this folder. With --epochs it can become longer, unless its schedule or mixing
    /// looks ahead to the last epoch
    #[arg(long, value_name = "RUN", conflicts_with = "seed")]
    pub resume: Option<PathBuf>,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

/// Trains the run that the arguments describe, and prints its result.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(args: &TrainArgs) -> Result<(), Failure> {
    let ui = args.common.ui()?;
    let run = match &args.resume {
        Some(path) => resumed(path, args, &ui)?,
        None => {
            let file = args.experiment.as_deref();
            fresh(file.expect("required without --resume"), args, &ui)?
        }
    };
    introduce(&run, &ui);
    let path = run.folder.path().to_owned();
    continues_by(resume_hint(&path));
    let summary = run.train(&ui)?;
    if args.common.output.json {
        let (run, summary) = (path.display().to_string(), &summary);
        print_result(&files::json_line(&TrainedRun { run, summary }));
    } else {
        print_result(&in_words(&summary));
        print_result(&format!("run folder: {}", path.display()));
    }
    Ok(())
}

/// What `--json` prints.
#[derive(Serialize)]
struct TrainedRun<'a> {
    run: String,
    #[serde(flatten)]
    summary: &'a Summary,
}

fn in_words(summary: &Summary) -> String {
    format!(
        "{}, seed {}: {:.2}% of the test images after epoch {} (best: {:.2}% after epoch {})",
        summary.experiment,
        summary.seed,
        100.0 * summary.last_test_accuracy,
        summary.epochs,
        100.0 * summary.best_test_accuracy,
        summary.best_epoch
    )
}

/// A new run of an experiment file.
fn fresh(file: &Path, args: &TrainArgs, ui: &Ui) -> Result<Run, Failure> {
    // Checked before the data is loaded, which may need a download.
    let experiment = Experiment::read(file)?.with(|file| {
        file.seed = args.seed.unwrap_or(file.seed);
        file.epochs = args.epochs.unwrap_or(file.epochs);
    })?;
    let name = experiment_name(file);
    let path = match &args.out {
        Some(path) => path.clone(),
        None => free_folder(&format!("{name}-seed{}", experiment.seed)),
    };
    args.common.output.check_path(&path)?;
    RunFolder::check_free(&path)?;
    let device = args.common.device.choose(DeviceChoice::Auto)?;
    device.check(experiment.precision)?;
    let request = experiment.data.request();
    let (images, data) = args.data.source().load(&request, ui)?.identified(ui);
    let images = images.upload(&device.device);
    begin(experiment, &name, images, &data, device, &path)
}

/// The run in the folder at `path`, to continue after its last complete epoch.
fn resumed(path: &Path, args: &TrainArgs, ui: &Ui) -> Result<Run, Failure> {
    args.common.output.check_path(path)?;
    let mut stopped = StoppedRun::open(path)?;
    let planned = &stopped.experiment;
    if let Some(file) = &args.experiment {
        check_experiment(path, planned, file, &Experiment::read(file)?)?;
    }
    let epochs = args.epochs.unwrap_or(planned.epochs);
    if stopped.folder.is_finished() {
        check_longer(path, planned, epochs)?;
    }
    check_total(planned, epochs)?;
    let rows = stopped.rows()?;
    check_not_fewer(epochs, rows.len(), planned.epochs)?;
    let recorded = DeviceChoice::recorded(&stopped.info.device_kind);
    let device = args.common.device.choose(recorded)?;
    device.check(planned.precision)?;
    let source = match &args.data.data {
        Some(source) => source.clone(),
        None => recorded_source(path, &stopped.info)?,
    };
    let loaded = source
        .load(&planned.data.request(), ui)
        .map_err(|failure| match failure {
            Failure::Data(error @ DataError::Missing { .. }) => {
                let hint = format!(
                    "say where the images are now: mixup train --resume {} --data PATH",
                    quoted(path)
                );
                Failure::usage(error.to_string(), hint)
            }
            other => other,
        })?;
    let (images, data) = loaded.identified(ui);
    stopped.experiment = stopped.experiment.with(|file| file.epochs = epochs)?;
    let images = images.upload(&device.device);
    stopped.resume(rows, images, &data, device)
}

#[cfg(test)]
mod tests;
