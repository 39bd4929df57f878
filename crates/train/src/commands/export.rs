//! `mixup export`: a trained network as a file for other programs.

use std::path::PathBuf;

use clap::Args;
use mixup_data::{Resize, SampleShape};
use mixup_model::OnnxSettings;
use serde::Serialize;

use crate::commands::output_place::OutputFile;
use crate::commands::shared_arguments::JsonArgs;
use crate::device::choose::{DeviceChoice, KernelChoice, choose};
use crate::failure::Failure;
use crate::files::{json_line, write_whole};
use crate::run::loaded_network::LoadedNetwork;
use crate::run::weights_place::weights_place;
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup export`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExportArgs {
    /// A run folder, whose model.safetensors is taken, or a weights file
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Write an ONNX model to this file. It takes images [N, channels, height, width] with values from 0 to 1,
    /// normalises them itself, and gives logits [N, classes]
    #[arg(long, value_name = "FILE")]
    pub onnx: PathBuf,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup export runs/mixup-seed1 --onnx mixup.onnx
  mixup export runs/mixup-seed1/best.safetensors --onnx best.onnx
  mixup export resnet18.pt --onnx resnet18.onnx --json";

/// What was written.
#[derive(Debug, Serialize)]
struct Exported {
    onnx: String,
    bytes: usize,
    network: &'static str,
    /// Channels, height and width of the images, or coordinates and points of the clouds.
    input: Vec<usize>,
    #[serde(skip)]
    takes_clouds: bool,
    classes: Vec<String>,
    /// What makes probabilities of the logits: `sigmoid` or `softmax`.
    probabilities: String,
}

/// Writes the model, and says what it takes and gives.
///
/// # Errors
/// Any [`Failure`]; then there is no file, or the one that was there before.
pub(crate) fn run(args: &ExportArgs) -> Result<(), Failure> {
    args.output.check_path(&args.onnx)?;
    let ui = Ui::new(UiChoice::Plain, args.output.json)?;
    MODEL.check(&args.onnx)?;
    let place = weights_place(&args.run)?;
    // Nothing is computed, so any device will do.
    let device = choose(DeviceChoice::Cpu, KernelChoice::Auto)?;
    let network = LoadedNetwork::open(&place.file, &device, &ui)?;
    let classes = network.class_names();
    let probabilities = network.classifier.loss().outputs().to_string();
    let architecture = network.classifier.network.architecture().name();
    let metadata = [
        ("network", architecture.to_owned()),
        ("classes", json_line(&classes)),
        ("probabilities", probabilities.clone()),
        ("resize", resize(network.note.resize).into()),
    ];
    let model = network.classifier.network.to_onnx(OnnxSettings {
        input: network.shape.dims(),
        mean: &network.note.normalisation.mean,
        std: &network.note.normalisation.std,
        metadata: &metadata,
    });
    write_whole(&args.onnx, &model)?;
    place.tell(&ui);
    let exported = Exported {
        onnx: args.onnx.display().to_string(),
        bytes: model.len(),
        network: architecture,
        input: match network.shape {
            SampleShape::Image(shape) => shape.dims().to_vec(),
            SampleShape::Cloud(shape) => vec![3, shape.points],
        },
        takes_clouds: matches!(network.shape, SampleShape::Cloud(_)),
        classes,
        probabilities,
    };
    if args.output.json {
        print_result(&json_line(&exported));
    } else {
        exported
            .in_words()
            .iter()
            .for_each(|line| print_result(line));
    }
    Ok(())
}

/// How pictures of other proportions were made to fit, as an experiment says it.
fn resize(way: Resize) -> &'static str {
    match way {
        Resize::Squash => "squash",
        Resize::Crop => "crop",
        Resize::Pad => "pad",
    }
}

/// The file that is written.
const MODEL: OutputFile = OutputFile {
    flag: "--onnx",
    what: "the model",
    endings: &["onnx"],
    may_be_in_run: true,
    example: "such as model.onnx",
};

impl Exported {
    fn in_words(&self) -> [String; 3] {
        let dims: Vec<String> = self.input.iter().map(usize::to_string).collect();
        let dims = dims.join(", ");
        [
            format!(
                "{}: {} in ONNX, {} bytes",
                self.onnx, self.network, self.bytes
            ),
            match self.takes_clouds {
                true => format!("clouds: [N, {dims}], the x, y and z of points in the unit ball"),
                false => format!(
                    "images: [N, {dims}], pixels from 0 to 1, which the model normalises itself"
                ),
            },
            format!(
                "logits: [N, {}]; probabilities are their {}{}",
                self.classes.len(),
                self.probabilities,
                if self.probabilities == "sigmoid" {
                    ", divided by its sum over the classes"
                } else {
                    ""
                }
            ),
        ]
    }
}
