//! `mixup evaluate`: a trained network on the test images, as they are, attacked or corrupted.

mod corruption_table;
mod images;
mod result;

use clap::Args;
use mixup_data::{SampleShape, Split};

use self::images::{EvaluatedImages, choose};
use self::result::{AttackResult, EvaluationResult};
use crate::commands::attack_arguments::AttackArgs;
use crate::commands::shared_arguments::{Common, DataArgs, WeightsArgs};
use crate::device::choose::DeviceChoice;
use crate::failure::Failure;
use crate::files;
use crate::run::evaluate_weights::WeightsEvaluation;
use crate::run::loaded_network::LoadedNetwork;
use crate::terminal::ui::print_result;

/// `mixup evaluate`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct EvaluateArgs {
    /// `--weights`.
    #[command(flatten)]
    pub weights: WeightsArgs,
    /// `--data`.
    #[command(flatten)]
    pub data: DataArgs,
    /// Evaluate even if the data has other class names than the network
    #[arg(long)]
    pub force: bool,
    /// Of a set of corrupted images, such as CIFAR-10-C: only this corruption, such as fog [default: a table of all]
    #[arg(long, value_name = "NAME")]
    pub corruption: Option<String>,
    /// Of a set of corrupted images: only this severity, from 1 to 5 [default: a table of all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub severity: Option<u8>,
    /// Judge each image as it is and mirrored, by the mean of the network's outputs (test-time augmentation)
    #[arg(long, conflicts_with = "attack")]
    pub flips: bool,
    /// Images in a step
    #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..))]
    pub batch_size: u32,
    /// `--attack` and the flags that describe the attack.
    #[command(flatten)]
    pub attack: AttackArgs,
    /// Arguments that several commands share.
    #[command(flatten)]
    pub common: Common,
}

const EXAMPLES: &str = "\
Examples:
  mixup evaluate --weights runs/mixup-seed1
  mixup evaluate --weights runs/mixup-seed1/best.safetensors
  mixup evaluate --weights runs/mixup-seed1 --flips
  mixup evaluate --weights runs/mixup-seed1 --attack pgd --epsilon 2/255
  mixup evaluate --weights runs/mixup-seed1 --data cifar10-c
  mixup evaluate --weights runs/mixup-seed1 --data CIFAR-10-C --corruption fog --severity 3";

/// Refuses what is done to images alone, for a network of point clouds.
fn check_clouds(args: &EvaluateArgs, network: &LoadedNetwork) -> Result<(), Failure> {
    let flags = [
        ("--flips", args.flips),
        ("--attack", args.attack.attack.is_some()),
        ("--corruption", args.corruption.is_some()),
    ];
    let mut given = flags.into_iter().filter(|(_, is_given)| *is_given);
    match (network.shape, given.next()) {
        (SampleShape::Cloud(_), Some((flag, _))) => Err(Failure::usage(
            format!("{flag}: expected a network for images, found one for point clouds"),
            format!(
                "leave {flag} out; [corruptions] in the experiment judges a run on damaged clouds"
            ),
        )),
        _ => Ok(()),
    }
}

/// Evaluates the weights, and prints loss, accuracy and calibration.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(args: &EvaluateArgs) -> Result<(), Failure> {
    let ui = args.common.ui()?;
    let requested = args.attack.requested()?;
    let device = args.common.device.choose(DeviceChoice::Auto)?;
    // Before the data, which may take long.
    let place = args.weights.place()?;
    let weights = &place.file;
    let network = LoadedNetwork::open(weights, &device, &ui)?;
    check_clouds(args, &network)?;
    let chosen = choose(args, weights, &network, &device, &ui)?;
    place.tell(&ui);
    let evaluation = WeightsEvaluation {
        network: &network,
        device: &device,
        batch_size: args.batch_size as usize,
        flips: args.flips,
        watch: &ui,
    };
    let (test, layout) = match chosen {
        EvaluatedImages::One { images, layout } => (images, layout),
        EvaluatedImages::Corrupted(cells) => return cells.print(&evaluation, args.common.output),
    };
    let test = Split::upload(test, &device.device);
    let attacked = requested
        .map(|request| {
            let accuracy = evaluation.on_attacked(&test, request)?;
            Ok::<_, Failure>(AttackResult::new(request.attack, accuracy))
        })
        .transpose()?;
    let result = EvaluationResult {
        evaluation: evaluation.on_clean(&test)?,
        flips: args.flips,
        attacked,
    };
    if args.common.output.json {
        print_result(&files::json_line(&result));
    } else {
        for line in result.in_words(&layout, network.classifier.loss().outputs()) {
            print_result(&line);
        }
    }
    Ok(())
}
