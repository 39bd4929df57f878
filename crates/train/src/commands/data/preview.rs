//! `mixup data preview`: a picture of mixed pairs.

use std::path::PathBuf;

use clap::Args;
use mixup_data::{
    Assignment, CloudPlan, CloudShape, ImagePlan, MOST_ASSIGNED, Method, Mixing, Policy,
    SampleShape, Selection, SourceSet, Split, contact_sheet, mixed_clouds, mixed_pairs,
};

use crate::commands::output_place::OutputFile;
use crate::commands::shared_arguments::{DataArgs, RequestArgs};
use crate::device::choose::{DeviceChoice, KernelChoice, choose};
use crate::failure::Failure;
use crate::files::write_whole;
use crate::run::packed_data::PackedUse;
use crate::run::plural::counted;
use crate::run::png::encode;
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup data preview`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct PreviewArgs {
    /// `--data`.
    #[command(flatten)]
    pub data: DataArgs,
    /// `--experiment`.
    #[command(flatten)]
    pub request: RequestArgs,
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

const EXAMPLES: &str = "\
Examples:
  mixup data preview --data synthetic --alpha 1
  mixup data preview --data my-pictures --experiment folders";

/// The file that is written.
const PICTURE: OutputFile = OutputFile {
    flag: "--out",
    what: "the picture",
    endings: &["png"],
    may_be_in_run: false,
    example: "such as preview.png",
};

/// Draws the pairs into a PNG file.
///
/// # Errors
/// Any [`Failure`].
pub(crate) fn run(args: &PreviewArgs) -> Result<(), Failure> {
    PICTURE.check(&args.out)?;
    let ui = Ui::new(UiChoice::Plain, false)?;
    let mixing = Mixing::new(args.alpha, Selection::Probability(1.0))
        .map_err(|error| Failure::usage(format!("--{error}"), "give another --alpha"))?;
    let device = choose(DeviceChoice::Cpu, KernelChoice::Auto)?;
    let packed = PackedUse {
        check: args.data.packed_use(&device).check,
        ..PackedUse::LOOK
    };
    let (source, table) = (args.data.source(), &args.data.table);
    let loaded = args.request.load(&source, table, packed, &ui)?;
    let SourceSet { train, classes, .. } = loaded.images;
    let shown = usize::from(args.pairs).min(train.len());
    let seed = u64::from(args.seed);
    let (count, shape) = (train.len(), train.shape());
    let train = Split::upload(train, &device.device);
    let pairs = match shape {
        SampleShape::Image(shape) => {
            let policy = Policy::new(mixing, shown.max(1));
            let plan = ImagePlan::draw(seed, 1, count, shape, &policy);
            mixed_pairs(&train, &classes, &plan.batch(0..shown))?
        }
        SampleShape::Cloud(CloudShape { points }) if points > MOST_ASSIGNED => {
            return Err(Failure::usage(
                format!(
                    "data.points: expected at most {MOST_ASSIGNED} points for the optimal assignment, found {points}"
                ),
                "name an experiment that asks for fewer points, with --experiment",
            ));
        }
        SampleShape::Cloud(shape) => {
            let mut mixing = mixing;
            mixing.method = Method::PointMixup(Assignment::Optimal);
            let policy = Policy::new(mixing, shown.max(1));
            let plan = CloudPlan::draw(seed, 1, count, shape, &policy);
            mixed_clouds(&train, &classes, &plan, &plan.draws()[..shown])
        }
    };
    write_whole(&args.out, &encode(&contact_sheet(&pairs))?)?;
    let pairs = counted(shown, "pair");
    print_result(&format!("{pairs}: {}", args.out.display()));
    Ok(())
}
