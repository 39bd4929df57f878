//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::comparison::seeds::{Seeds, Shard};
use crate::device::choose::{Chosen, DeviceChoice, KernelChoice, choose};
use crate::failure::Failure;
use crate::run::data::DataSource;
use crate::terminal::ui::UiChoice;

/// Train image classifiers with and without mixup, and see what it did.
#[derive(Debug, Parser)]
#[command(name = "mixup", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train one run of an experiment, or go on with one
    Train(TrainArgs),
    /// Train two experiments in paired trials, and tell what the difference comes to
    Compare(CompareArgs),
    /// Write the report of finished runs: a page, its numbers, and tables
    Report(ReportArgs),
    /// Make a Markdown table of the rows that reports have added to a file
    Table(TableArgs),
    /// Compare a small network with and without mixup on built-in images
    Demo(DemoArgs),
    /// Judge a weights file on the test images
    Evaluate(EvaluateArgs),
    /// Say what pictures of your own show
    Predict(PredictArgs),
    /// Measure how fast this machine trains, and where the time goes
    Bench(BenchArgs),
    /// Download, describe or look at data
    #[command(subcommand)]
    Data(DataCommand),
}

/// Arguments that several commands share.
#[derive(Clone, Copy, Debug, Args)]
pub struct Common {
    /// Where to compute, and with what.
    #[command(flatten)]
    pub device: Device,
    /// What to show on the way: auto takes the dashboard on a terminal, and for several runs a bar over
    /// all of them; tui takes the dashboard for each
    #[arg(long, value_enum, default_value_t, value_name = "UI")]
    pub ui: UiChoice,
    /// Print the result as one line of JSON on stdout, everything else on stderr
    #[arg(long)]
    pub json: bool,
}

/// `--device` and `--kernels`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Device {
    /// Where to compute
    #[arg(long, value_enum, value_name = "DEVICE")]
    pub device: Option<DeviceChoice>,
    /// What computes convolutions on the CPU: burn for Burn's own operations, a name for these vector
    /// instructions, auto for the widest that the CPU has
    #[arg(long, value_enum, default_value_t, value_name = "KERNELS")]
    pub kernels: KernelChoice,
}

impl Device {
    /// Chooses the device; `otherwise` where `--device` is not given.
    ///
    /// # Errors
    /// As [`choose`].
    pub fn choose(self, otherwise: DeviceChoice) -> Result<Chosen, Failure> {
        choose(self.device.unwrap_or(otherwise), self.kernels)
    }
}

/// `--data`.
#[derive(Clone, Debug, Args)]
pub struct Data {
    /// cifar10, synthetic (built-in images), or a path: binary or Python layout of CIFAR-10, an
    /// official .tar.gz, or a folder with train/CLASS/*.png|jpg and test/CLASS/*
    #[arg(long, value_name = "DATA", value_parser = DataSource::parse)]
    pub data: Option<DataSource>,
}

/// `mixup train`.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// The experiment, such as experiments/mixup.toml
    #[arg(required_unless_present = "resume", value_name = "EXPERIMENT")]
    pub experiment: Option<PathBuf>,
    /// `--data`.
    #[command(flatten)]
    pub data: Data,
    /// Another seed than the experiment's
    #[arg(long)]
    pub seed: Option<u32>,
    /// Another number of epochs than the experiment's
    #[arg(long)]
    pub epochs: Option<usize>,
    /// The run folder to make [default: runs/EXPERIMENT-seedSEED]
    #[arg(long, value_name = "FOLDER", conflicts_with = "resume")]
    pub out: Option<PathBuf>,
    /// Go on with the run in this folder; with --epochs, also beyond its end, unless its schedule or
    /// mixing looks ahead to it
    #[arg(long, value_name = "RUN", conflicts_with = "seed")]
    pub resume: Option<PathBuf>,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

/// `mixup compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The experiment, such as experiments/mixup.toml
    #[arg(value_name = "EXPERIMENT")]
    pub experiment: PathBuf,
    /// What it is compared with, such as experiments/baseline.toml
    #[arg(value_name = "BASELINE")]
    pub baseline: PathBuf,
    /// How many pairs, with seeds from the experiment's on; decide it before you look. Fewer than 6
    /// cannot reach p < 0.05 in an exact test [default: 6]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub trials: Option<u32>,
    /// The seeds of the pairs instead, such as 1,2,5-8
    #[arg(long, conflicts_with = "trials")]
    pub seeds: Option<Seeds>,
    /// The folder of the comparison; runs that it has are kept, and not trained again [default:
    /// runs/EXPERIMENT-against-BASELINE]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// `--data`.
    #[command(flatten)]
    pub data: Data,
    /// Another number of epochs than the experiments'
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
    /// Arguments that several commands share; the dashboard comes on request, for one trial at a time.
    #[command(flatten)]
    pub common: Common,
}

/// `mixup report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Run folders, or folders that hold some, such as a comparison's
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// The folder to write to [default: RUN where it is one folder, else report]
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
    /// What the page and the table are to call it [default: the names of the arms]
    #[arg(long, value_name = "WORDS")]
    pub label: Option<String>,
    /// Open the page
    #[arg(long)]
    pub open: bool,
    /// Print the comparisons as one line of JSON on stdout, everything else on stderr
    #[arg(long)]
    pub json: bool,
}

/// `mixup table`.
#[derive(Debug, Args)]
pub struct TableArgs {
    /// The file of rows, such as experiments/results/comparisons.jsonl
    #[arg(value_name = "ROWS")]
    pub rows: PathBuf,
    /// Put the table into this Markdown file, between the lines <!-- results --> and <!-- /results -->
    #[arg(long, value_name = "FILE")]
    pub into: Option<PathBuf>,
}

/// `mixup demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many pairs [default: 6]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub trials: Option<u32>,
    /// Another seed than 1 for the first pair
    #[arg(long)]
    pub seed: Option<u32>,
    /// Another number of epochs than the demo's
    #[arg(long)]
    pub epochs: Option<usize>,
    /// Open the report when it is written
    #[arg(long)]
    pub open: bool,
    /// The folder for the runs and their report [default: runs/demo]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

/// `mixup evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// A safetensors file, such as a run folder's model.safetensors
    #[arg(long, value_name = "FILE")]
    pub weights: PathBuf,
    /// `--data`.
    #[command(flatten)]
    pub data: Data,
    /// Images a step
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..))]
    pub batch_size: u32,
    /// `--attack` and what belongs to it.
    #[command(flatten)]
    pub attack: AttackArgs,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

/// `--attack` and what belongs to it.
#[derive(Clone, Debug, Args)]
pub struct AttackArgs {
    /// Change the images to mislead the network, and say how many are still right: fgsm takes one step
    /// along the sign of the gradient, pgd many from a random start
    #[arg(long, value_enum, value_name = "ATTACK", requires = "epsilon")]
    pub attack: Option<AttackName>,
    /// How far a pixel may be changed, as a share of its range, such as 2/255
    #[arg(long, value_name = "E", value_parser = share_of_range, requires = "attack")]
    pub epsilon: Option<f64>,
    /// Steps of pgd [default: 10]
    #[arg(
        long,
        value_name = "N",
        requires = "attack",
        value_parser = clap::value_parser!(u32).range(1..=10_000)
    )]
    pub steps: Option<u32>,
    /// How far a step of pgd goes, such as 0.5/255 [default: 2.5 epsilon / steps]
    #[arg(long, value_name = "E", value_parser = share_of_range, requires = "attack")]
    pub step_size: Option<f64>,
    /// Where pgd starts [default: 1]
    #[arg(long, value_name = "SEED", requires = "attack")]
    pub attack_seed: Option<u64>,
    /// Attack only so many of the test images, a stratified draw [default: all]
    #[arg(
        long,
        value_name = "N",
        requires = "attack",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub attack_images: Option<u32>,
}

/// The attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AttackName {
    /// Fast gradient sign method.
    Fgsm,
    /// Projected gradient descent.
    Pgd,
}

/// A share of the pixel range: a number from 0 to 1, or two with a stroke between them.
fn share_of_range(text: &str) -> Result<f64, String> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let share = match text.split_once('/') {
        Some((above, below)) => number(above).zip(number(below)).map(|(a, b)| a / b),
        None => number(text),
    };
    match share {
        Some(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a share of the pixel range from 0 to 1, such as 2/255".into()),
    }
}

/// `mixup predict`.
#[derive(Debug, Args)]
pub struct PredictArgs {
    /// Pictures, PNG or JPEG of any size; they are resized to 32x32
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,
    /// A safetensors file, such as a run folder's model.safetensors
    #[arg(long, value_name = "FILE")]
    pub weights: PathBuf,
    /// How many classes to name for each picture, the likeliest first
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub top: u32,
    /// Where to compute, and with what.
    #[command(flatten)]
    pub device: Device,
    /// Print the result as one line of JSON on stdout, everything else on stderr
    #[arg(long)]
    pub json: bool,
}

/// `mixup bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The experiment to measure [default: the article's with mixup, experiments/mixup.toml]
    #[arg(value_name = "EXPERIMENT")]
    pub experiment: Option<PathBuf>,
    /// cifar10, synthetic (built-in images) or a path, as for `mixup train`
    #[arg(long, value_name = "DATA", value_parser = DataSource::parse, default_value = "synthetic")]
    pub data: DataSource,
    /// Where to compute, and with what.
    #[command(flatten)]
    pub device: Device,
    /// Images a step [default: the experiment's]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub batch_size: Option<u32>,
    /// Images of an epoch; each epoch is a window of the measurement [default: whole batches, up to
    /// 512 on a CPU and 12800 on a GPU]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub images: Option<u32>,
    /// How long to measure each of the bare step, the training path and the phases; three windows
    /// are measured however long they take
    #[arg(long, default_value_t = 10.0, value_parser = seconds)]
    pub seconds: f64,
    /// Measure exactly so many windows instead
    #[arg(long, conflicts_with = "seconds", value_parser = clap::value_parser!(u32).range(1..))]
    pub windows: Option<u32>,
    /// Leave the phases of a step out
    #[arg(long)]
    pub no_phases: bool,
    /// Print the result as one line of JSON on stdout, everything else on stderr
    #[arg(long)]
    pub json: bool,
}

/// A number of seconds that something can take.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        _ => Err("expected seconds: a number above 0, up to 86400".into()),
    }
}

/// `mixup data`.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Download CIFAR-10's binary archive into the cache, and verify it
    Fetch {
        /// Another address of the same archive
        #[arg(long)]
        url: Option<String>,
        /// Another place for the file than the cache
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say what lies at a path: layout, counts, fingerprint, mean and deviation
    Check {
        /// A path, or cifar10 or synthetic
        #[arg(value_name = "DATA", value_parser = DataSource::parse)]
        data: DataSource,
        /// Print the result as one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Draw mixed pairs: image, partner, mix, λ and soft label
    Preview(PreviewArgs),
}

/// `mixup data preview`.
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// `--data`.
    #[command(flatten)]
    pub data: Data,
    /// λ ~ Beta(alpha, alpha)
    #[arg(long, default_value_t = 0.2)]
    pub alpha: f64,
    /// The seed whose first epoch is shown
    #[arg(long, default_value_t = 1)]
    pub seed: u32,
    /// How many pairs
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=400))]
    pub pairs: u16,
    /// The PNG file to write
    #[arg(long, value_name = "FILE", default_value = "preview.png")]
    pub out: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_share_of_the_range_is_a_number_or_two() {
        assert_eq!(share_of_range("2/255"), Ok(2.0 / 255.0));
        assert_eq!(share_of_range("0.5 / 255"), Ok(0.5 / 255.0));
        assert_eq!(share_of_range("0"), Ok(0.0));
        for text in ["2", "1/0", "-1/255", "a/255", "", "nan"] {
            assert!(share_of_range(text).is_err(), "{text}");
        }
    }
}
