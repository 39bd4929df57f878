//! `mixup train`: one run, new or resumed.

use std::path::{Path, PathBuf};

use clap::Args;
use mixup_data::{DataError, UploadedSet};
use serde::Serialize;

use crate::commands::set_arguments::SetArgs;
use crate::commands::shared_arguments::{Common, DataArgs};
use crate::device::choose::DeviceChoice;
use crate::device::selected::SelectedDevice;
use crate::experiment::name::experiment_name;
use crate::experiment::{Changes, Experiment};
use crate::failure::{Failure, resume_hint};
use crate::files;
use crate::run::data::Provenance;
use crate::run::data_place::recorded_source;
use crate::run::folder::RunFolder;
use crate::run::free_folder::free_folder;
use crate::run::interrupt::continues_by;
use crate::run::introduction::introduce;
use crate::run::record::Summary;
use crate::run::resume::StoppedRun;
use crate::run::resume_check::{
    check_experiment, check_longer, check_not_fewer, check_total, check_unchanged,
};
use crate::run::start::{begin, describe};
use crate::run::start_weights::StartWeights;
use crate::run::train::Run;
use crate::terminal::ui::{Ui, print_result};
use mixup_data::quoted;

mod dry_run;

use dry_run::{DryRun, Format};

/// `mixup train`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TrainArgs {
    /// The experiment: a file, such as experiments/mixup.toml, or a name of `mixup experiments list`,
    /// such as mixup
    #[arg(required_unless_present = "resume", value_name = "EXPERIMENT")]
    pub experiment: Option<PathBuf>,
    /// `--set`.
    #[command(flatten)]
    pub set: SetArgs,
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
    /// Say what the run would take: steps, parameters, memory, and time by a trial of so many seconds (10).
    /// Nothing is trained or written, but data that are missing are downloaded
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "10",
        value_parser = clap::value_parser!(u16).range(1..=3600),
        conflicts_with = "resume"
    )]
    pub dry_run: Option<u16>,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

impl TrainArgs {
    /// What the flags change in the experiment.
    fn changes(&self) -> Result<Changes, Failure> {
        self.set.with(self.data.table.changes())
    }
}

const EXAMPLES: &str = "\
Examples:
  mixup train mixup
  mixup train mixup --set mixing.alpha=1 --set network.name=resnet20
  mixup train demo --data synthetic --epochs 2
  mixup train --resume runs/demo-seed1 --epochs 4";

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
            let fresh = Fresh::new(file.expect("required without --resume"), args, &ui)?;
            if let Some(seconds) = args.dry_run {
                return fresh.dry_run(seconds, args, &ui);
            }
            fresh.begin()?
        }
    };
    introduce(&run, &ui);
    let path = run.folder.path().to_owned();
    continues_by(resume_hint(&path));
    let samples = run.info.shape.plural();
    let summary = run.train(&ui)?;
    if args.common.output.json {
        let (run, summary) = (path.display().to_string(), &summary);
        print_result(&files::json_line(&TrainedRun { run, summary }));
    } else {
        print_result(&in_words(&summary, samples));
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

/// `samples` are images or clouds.
fn in_words(summary: &Summary, samples: &str) -> String {
    format!(
        "{}, seed {}: {:.2}% of the test {samples} after epoch {} (best: {:.2}% after epoch {})",
        summary.experiment,
        summary.seed,
        100.0 * summary.last_test_accuracy,
        summary.epochs,
        100.0 * summary.best_test_accuracy,
        summary.best_epoch
    )
}

/// A new run of an experiment file, before it has a folder.
struct Fresh {
    experiment: Experiment,
    name: String,
    path: PathBuf,
    device: SelectedDevice,
    images: UploadedSet,
    data: Provenance,
    start: Option<StartWeights>,
}

impl Fresh {
    /// Checks what was asked for, and loads the images.
    fn new(file: &Path, args: &TrainArgs, ui: &Ui) -> Result<Self, Failure> {
        // Checked before the data is loaded, which may need a download.
        let changes = args.changes()?;
        changes.check_flag("seed", "--seed", args.seed)?;
        changes.check_flag("epochs", "--epochs", args.epochs)?;
        let experiment = Experiment::read_with(file, &changes)?.with_epochs(args.epochs)?;
        let experiment = experiment.with_seed(args.seed.unwrap_or(experiment.seed));
        let name = experiment_name(file);
        let path = match &args.out {
            Some(path) => path.clone(),
            None => free_folder(&format!("{name}-seed{}", experiment.seed)),
        };
        args.common.output.check_path(&path)?;
        RunFolder::check_free(&path)?;
        let device = args.common.device.choose(DeviceChoice::Auto)?;
        device.check(experiment.precision)?;
        let start = StartWeights::read(&experiment, ui)?;
        let request = experiment.data.request();
        let packed = args.data.packed_use(&device);
        let loaded = args.data.source().load_as(&request, packed, ui)?;
        let (images, data) = loaded.identified(ui)?;
        let images = images.upload(&device.device)?;
        Ok(Self {
            experiment,
            name,
            path,
            device,
            images,
            data,
            start,
        })
    }

    /// The run, with its folder.
    fn begin(self) -> Result<Run, Failure> {
        let Self {
            experiment,
            name,
            path,
            device,
            images,
            data,
            start,
        } = self;
        begin(experiment, start, &name, images, &data, device, &path)
    }

    /// Says what the run would take, by a trial of so many seconds.
    fn dry_run(self, seconds: u16, args: &TrainArgs, ui: &Ui) -> Result<(), Failure> {
        let Self {
            experiment,
            name,
            path,
            device,
            images,
            data,
            start,
        } = self;
        let (experiment, images, device, path) = (&experiment, &images, &device, &*path);
        let info = describe(
            experiment,
            start.as_ref(),
            &name,
            images,
            &data,
            device,
            path,
        )?;
        // A run drops the file, too, before it trains.
        drop(start);
        let format = if args.common.output.json {
            Format::Json
        } else {
            Format::Words
        };
        let run = DryRun {
            experiment,
            info: &info,
            images,
            device,
            path,
            not_read: &data.not_read(),
            seconds,
        };
        run.show(ui, format)
    }
}

/// The run in the folder at `path`, to continue after its last complete epoch.
fn resumed(path: &Path, args: &TrainArgs, ui: &Ui) -> Result<Run, Failure> {
    args.common.output.check_path(path)?;
    if let Some(flag) = args.data.table.first_flag() {
        return Err(Failure::usage(
            format!("{flag}: expected no change with --resume, because a run keeps its experiment"),
            format!("leave {flag} out to resume the run, or leave --resume out to start a new one"),
        ));
    }
    check_unchanged(&args.changes()?)?;
    let mut stopped = StoppedRun::open(path)?;
    let planned = &stopped.experiment;
    if let Some(file) = &args.experiment {
        check_experiment(path, planned, file, &Experiment::read(file)?)?;
    }
    let epochs = args.epochs.unwrap_or(planned.epochs);
    if stopped.folder.is_finished() {
        check_longer(path, planned, &stopped.folder.rows()?, epochs)?;
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
        .load_as(&planned.data.request(), args.data.packed_use(&device), ui)
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
    let (images, data) = loaded.identified(ui)?;
    stopped.experiment = stopped.experiment.with(|file| file.epochs = epochs)?;
    let images = images.upload(&device.device)?;
    stopped.resume(rows, images, &data, device, None)
}

#[cfg(test)]
mod tests;
