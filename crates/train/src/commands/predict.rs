//! `mixup predict`: classifies pictures of the user.

use std::path::PathBuf;

use clap::Args;
use mixup_data::{Images, read_image_file};
use mixup_evidence::{Outputs, log_probabilities};
use serde::Serialize;

use crate::commands::shared_arguments::{DeviceArgs, JsonArgs, WeightsArgs};
use crate::device::choose::DeviceChoice;
use crate::failure::Failure;
use crate::files;
use crate::run::loaded_network::LoadedNetwork;
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// `mixup predict`.
#[derive(Debug, Args)]
pub struct PredictArgs {
    /// Pictures (PNG, JPEG, WebP, BMP, GIF, TIFF, PNM) of any size; they are resized as those of the training were
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,
    /// `--weights`.
    #[command(flatten)]
    pub weights: WeightsArgs,
    /// How many classes to name for each picture, the likeliest first
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub top: u32,
    /// Where to compute, and with what.
    #[command(flatten)]
    pub device: DeviceArgs,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

/// What `mixup predict --json` prints.
#[derive(Serialize)]
struct Predictions {
    weights: String,
    /// How outputs became probabilities.
    outputs: Outputs,
    images: Vec<Prediction>,
}

/// The classes of one picture.
#[derive(Serialize)]
struct Prediction {
    image: String,
    /// The likeliest classes, in descending order.
    classes: Vec<Share>,
}

#[derive(Serialize)]
struct Share {
    class: String,
    /// From 0 to 1. All classes together have 1.
    probability: f64,
}

/// Predicts the pictures and prints their likeliest classes.
///
/// # Errors
/// Any [`Failure`]; nothing is predicted unless all pictures can be read.
pub(crate) fn run(args: &PredictArgs) -> Result<(), Failure> {
    for path in args.images.iter().chain([&args.weights.weights]) {
        args.output.check_path(path)?;
    }
    let ui = Ui::new(UiChoice::Plain, args.output.json)?;
    let device = args.device.choose(DeviceChoice::Auto)?;
    let network = LoadedNetwork::open(&args.weights.weights, &device, &ui)?;
    let mut pictures = Images::with_capacity(network.shape, args.images.len());
    for path in &args.images {
        // The label is never read.
        pictures.push(
            &read_image_file(path, network.shape, network.note.resize)?,
            0,
        );
    }
    let outputs = network.classifier.loss().outputs();
    let rows = network.logits(pictures, &device)?;
    let names = network.class_names();
    let images = args.images.iter().zip(rows.chunks_exact(network.classes));
    let images = images.map(|(image, row)| Prediction {
        image: image.display().to_string(),
        classes: likeliest(&names, outputs, row, args.top as usize),
    });
    let predictions = Predictions {
        weights: args.weights.weights.display().to_string(),
        outputs,
        images: images.collect(),
    };
    if args.output.json {
        print_result(&files::json_line(&predictions));
    } else {
        for line in in_words(&predictions.images) {
            print_result(&line);
        }
    }
    Ok(())
}

/// The `top` likeliest classes for one row of logits, in descending order.
fn likeliest(names: &[String], outputs: Outputs, row: &[f32], top: usize) -> Vec<Share> {
    let named = names.iter().cloned().zip(log_probabilities(outputs, row));
    let mut shares: Vec<Share> = named
        .map(|(class, log)| Share {
            class,
            probability: log.exp(),
        })
        .collect();
    shares.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    shares.truncate(top);
    shares
}

/// One line for each picture; the classes are aligned.
fn in_words(pictures: &[Prediction]) -> Vec<String> {
    let widths = pictures.iter().map(|p| p.image.chars().count());
    let width = widths.max().unwrap_or(0);
    let line = |Prediction { image, classes }: &Prediction| {
        let shares: Vec<String> = classes
            .iter()
            .map(|share| format!("{} {:.1}%", share.class, 100.0 * share.probability))
            .collect();
        format!("{image:<width$}  {}", shares.join("  "))
    };
    pictures.iter().map(line).collect()
}

#[cfg(test)]
mod tests;
