//! `mixup train`: one run, new or resumed.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::commands::arguments::TrainArgs;
use crate::device::choose::DeviceChoice;
use crate::experiment::Experiment;
use crate::failure::Failure;
use crate::run::data::DataSource;
use crate::run::folder::RunFolder;
use crate::run::introduction::introduce;
use crate::run::record::Summary;
use crate::run::start::{Opened, begin, check, go_on};
use crate::run::train::{Run, kept_rows};
use crate::terminal::ui::{Ui, print_result};

/// Trains the run that the arguments describe.
///
/// # Errors
/// Any [`Failure`].
pub fn run(args: TrainArgs) -> Result<(), Failure> {
    let ui = Ui::new(args.common.ui, args.common.json)?;
    let (run, path) = match &args.resume {
        Some(path) => (resumed(path, &args, &ui)?, path.clone()),
        None => fresh(&args, &ui)?,
    };
    let summary = run.train(&ui)?;
    report(&summary, &path, args.common.json);
    Ok(())
}

/// The result, in words or as JSON.
fn report(summary: &Summary, path: &Path, json: bool) {
    #[derive(Serialize)]
    struct Result<'a> {
        run: &'a Path,
        #[serde(flatten)]
        summary: &'a Summary,
    }
    if json {
        let result = Result { run: path, summary };
        let line = serde_json::to_string(&result).expect("numbers and strings have a JSON form");
        print_result(&line);
    } else {
        print_result(&format!(
            "{}, seed {}: {:.2}% of the test images after epoch {} (best: {:.2}% after epoch {})",
            summary.experiment,
            summary.seed,
            100.0 * summary.last_test_accuracy,
            summary.epochs,
            100.0 * summary.best_test_accuracy,
            summary.best_epoch
        ));
        print_result(&format!("run folder: {}", path.display()));
    }
}

/// A new run of an experiment file.
fn fresh(args: &TrainArgs, ui: &Ui) -> Result<(Run, PathBuf), Failure> {
    let Some(file) = &args.experiment else {
        return Err(Failure::usage(
            "expected an experiment file, found none",
            "mixup train experiments/mixup.toml",
        ));
    };
    let mut experiment = Experiment::read(file)?;
    experiment.seed = args.seed.unwrap_or(experiment.seed);
    experiment.epochs = args.epochs.unwrap_or(experiment.epochs);
    // Before the data, which may take a download.
    check(&experiment)?;
    let name = file.file_stem().map_or_else(
        || "experiment".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    let path = match &args.out {
        Some(path) => path.clone(),
        None => free_folder(&format!("{name}-seed{}", experiment.seed)),
    };
    RunFolder::check_free(&path)?;
    let device = args.common.device.choose(DeviceChoice::Auto)?;
    device.check(experiment.precision)?;
    let source = args.data.data.clone().unwrap_or(DataSource::Cifar10);
    let loaded = source.load(ui)?;
    let (images, data) = loaded.identified(ui);
    let run = begin(experiment, &name, images, &data, device, &path)?;
    introduce(&run, ui);
    Ok((run, path))
}

/// The first of `runs/NAME`, `runs/NAME-2`, … that is free.
pub fn free_folder(name: &str) -> PathBuf {
    let runs = Path::new("runs");
    let first = runs.join(name);
    if !first.exists() {
        return first;
    }
    (2..)
        .map(|number: u32| runs.join(format!("{name}-{number}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}

/// Opens a run folder to go on with it.
fn resumed(path: &Path, args: &TrainArgs, ui: &Ui) -> Result<Run, Failure> {
    let (folder, mut experiment, info) = RunFolder::open(path)?;
    if let Some(file) = &args.experiment {
        let mut asked = Experiment::read(file)?;
        asked.seed = experiment.seed;
        asked.epochs = experiment.epochs;
        if let Some(key) = asked.difference(&experiment) {
            return Err(Failure::usage(
                format!(
                    "{}: expected a run of {}, found one with another {key}",
                    path.display(),
                    file.display()
                ),
                "leave the experiment out to go on with the run as it is, or start a new one with --out",
            ));
        }
    }
    let epochs = args.epochs.unwrap_or(experiment.epochs);
    if folder.is_finished() && epochs <= experiment.epochs {
        return Err(Failure::usage(
            format!(
                "{}: expected an unfinished run, found one that has all its {} epochs",
                path.display(),
                experiment.epochs
            ),
            if experiment.looks_ahead() {
                "for more epochs start a new run with --out and --epochs".into()
            } else {
                format!("for more epochs add --epochs {}", experiment.epochs + 1)
            },
        ));
    }
    if epochs != experiment.epochs && experiment.looks_ahead() {
        return Err(Failure::usage(
            format!(
                "--epochs {epochs}: expected the run's own {} epochs, for its schedule or mixing looks ahead \
                 to the last of them",
                experiment.epochs
            ),
            "start a new run with --out and --epochs",
        ));
    }
    let rows = kept_rows(&folder, &experiment, &info)?;
    let trained = rows.len();
    if epochs < trained {
        return Err(Failure::usage(
            format!("--epochs {epochs}: expected at least the {trained} epochs that the run has"),
            format!("leave --epochs out to go on to epoch {}", experiment.epochs),
        ));
    }
    let recorded = DeviceChoice::recorded(&info.device_kind);
    let device = args.common.device.choose(recorded)?;
    device.check(experiment.precision)?;
    let recorded = DataSource::parse(&info.data).map_err(|expected| {
        Failure::usage(
            format!("{}: run.json: data: {expected}", path.display()),
            "name the data with --data",
        )
    })?;
    let loaded = args.data.data.clone().unwrap_or(recorded).load(ui)?;
    let (images, data) = loaded.identified(ui);
    experiment.epochs = epochs;
    let opened = Opened {
        folder,
        experiment,
        info,
        rows,
    };
    let run = go_on(opened, images, &data, device)?;
    introduce(&run, ui);
    Ok(run)
}
