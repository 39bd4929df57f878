//! `mixup evaluate`: a trained network on the test images, as they are or attacked.

mod result;

use clap::Args;
use mixup_data::Split;

use self::result::{AttackResult, EvaluationResult};
use crate::commands::attack_arguments::AttackArgs;
use crate::commands::shared_arguments::{Common, DataArgs, WeightsArgs};
use crate::device::choose::DeviceChoice;
use crate::failure::Failure;
use crate::files;
use crate::run::evaluate_weights::WeightsEvaluation;
use crate::run::loaded_network::LoadedNetwork;
use crate::run::weights_data::{self, WeightsData, WeightsSource};
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
  mixup evaluate --weights runs/mixup-seed1 --attack pgd --epsilon 2/255";

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
    let (asked, packed) = (args.data.data.as_ref(), args.data.packed_use(&device));
    let source = WeightsSource {
        asked,
        packed,
        table: args.data.table.request(),
    };
    let WeightsData { images, layout } =
        weights_data::load(weights, &network, source, args.force, &ui)?;
    place.tell(&ui);
    // The training images would only take memory.
    drop(images.train);
    let test = Split::upload(images.test, &device.device);
    let evaluation = WeightsEvaluation {
        network: &network,
        device: &device,
        batch_size: args.batch_size as usize,
        watch: &ui,
    };
    let attacked = requested
        .map(|request| {
            let accuracy = evaluation.on_attacked(&test, request)?;
            Ok::<_, Failure>(AttackResult::new(request.attack, accuracy))
        })
        .transpose()?;
    let result = EvaluationResult {
        evaluation: evaluation.on_clean(&test)?,
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
