//! `mixup bench`: how fast this machine trains or classifies, and where the time goes.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::bench::Subject;
use crate::bench::clock::Effort;
use crate::bench::window::{measured_images, usual_window};
use crate::commands::set_arguments::SetArgs;
use crate::commands::shared_arguments::{DeviceArgs, JsonArgs};
use crate::commands::table_arguments::TableArgs;
use crate::device::choose::DeviceChoice;
use crate::experiment::name::experiment_name;
use crate::experiment::{Experiment, MixingTable};
use crate::failure::Failure;
use crate::run::data::DataSource;
use crate::run::fits::SetFacts;
use crate::run::packed_data::{PackedUse, PixelPlace};
use crate::terminal::ui::{Ui, UiChoice, print_result};

const ARTICLE: &str = include_str!("../../../../experiments/mixup.toml");

/// `mixup bench`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct BenchArgs {
    /// The experiment to measure, a file or a name [default: the article's with mixup,
    /// experiments/mixup.toml]
    #[arg(value_name = "EXPERIMENT")]
    pub experiment: Option<PathBuf>,
    /// `--set`.
    #[command(flatten)]
    pub set: SetArgs,
    /// cifar10, synthetic (built-in images), synthetic-shapes or a path, as for `mixup train`
    #[arg(long, value_name = "DATA", value_parser = DataSource::parser(), default_value = "synthetic")]
    pub data: DataSource,
    /// `--split-train` and others.
    #[command(flatten)]
    pub table: TableArgs,
    /// Where the pixels of a packed set (`mixup data pack`) are kept
    #[arg(long, value_enum, default_value_t, value_name = "PLACE")]
    pub pixels: PixelPlace,
    /// Where to compute, and with what.
    #[command(flatten)]
    pub device: DeviceArgs,
    /// Images in a step [default: the experiment's]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub batch_size: Option<u32>,
    /// Images of an epoch or a pass of inference; each is a window of the measurement [default: whole batches, up to
    /// 512 on a CPU and 12800 on a GPU]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub images: Option<u32>,
    /// How long to measure each of the bare step, the training path and the phases, or inference; three
    /// windows are measured however long they take
    #[arg(long, default_value_t = 10.0, value_parser = seconds)]
    pub seconds: f64,
    /// Measure exactly this many windows instead
    #[arg(long, conflicts_with = "seconds", value_parser = clap::value_parser!(u32).range(1..))]
    pub windows: Option<u32>,
    /// Leave the phases of a step out
    #[arg(long)]
    pub no_phases: bool,
    /// Measure inference instead of training: the network runs as `mixup evaluate` runs it
    #[arg(long)]
    pub forward: bool,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup bench
  mixup bench resnet20 --forward
  mixup bench --windows 3 --no-phases --json";

/// `--seconds`: a finite time above 0, up to a day.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        _ => Err("expected seconds: a number above 0, up to 86400".into()),
    }
}

/// Measures, and prints the table or the line of JSON.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(args: &BenchArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, args.output.json)?;
    let (experiment, name) = experiment(args)?;
    let device = args.device.choose(DeviceChoice::Auto)?;
    device.check(experiment.precision)?;
    let batch_size = experiment.batch_size;
    let usual = usual_window(&device);
    let asked = args.images.map(|images| images as usize);
    let request = experiment.data.request();
    let packed = PackedUse {
        pixels: args.pixels,
        device: device.kind,
        ..PackedUse::default()
    };
    let form = (&request, packed);
    let (loaded, window) = measured_images(&args.data, form, asked, usual, batch_size, &ui)?;
    let measured = experiment.with(|file| {
        file.validation = 0;
        file.patience = None;
    })?;
    SetFacts::from(&loaded.images).check(&measured)?;
    let subject = Subject {
        experiment,
        name,
        window,
        // A long epoch need not make the windows of the other measurements long.
        steps: (window.min(usual) / batch_size).max(1),
        effort: Effort {
            seconds: args.seconds,
            windows: args.windows.map(|windows| windows as usize),
        },
        device,
    };
    if args.forward {
        let report = subject.measure_inference(loaded, &ui)?;
        show(args, &ui, &report.to_json(), &report.to_table());
    } else {
        let report = subject.measure(loaded, !args.no_phases, &ui)?;
        show(args, &ui, &report.to_json(), &report.to_table());
    }
    Ok(())
}

/// Prints the line of JSON or the table, as was asked for.
fn show(args: &BenchArgs, ui: &Ui, json: &str, table: &str) {
    if args.output.json {
        print_result(json);
    } else {
        ui.say("");
        table.trim_end().lines().for_each(print_result);
    }
}

/// The experiment to measure, and its name.
fn experiment(args: &BenchArgs) -> Result<(Experiment, String), Failure> {
    let changes = args.set.with(args.table.changes())?;
    changes.check_flag("batch_size", "--batch-size", args.batch_size)?;
    let (experiment, name) = match &args.experiment {
        Some(path) => (
            Experiment::read_with(path, &changes)?,
            experiment_name(path),
        ),
        None => {
            let origin = Path::new("experiments/mixup.toml");
            let experiment = Experiment::parse_with(ARTICLE, origin, &changes)?;
            (experiment, experiment_name(origin))
        }
    };
    let experiment = experiment.with(|file| {
        if let Some(batch_size) = args.batch_size {
            file.batch_size = batch_size as usize;
        }
        if args.forward {
            // Some ways of mixing need a batch of several images, and inference mixes none.
            file.mixing = MixingTable::nothing();
        }
    })?;
    Ok((experiment, name))
}

#[cfg(test)]
mod tests;
