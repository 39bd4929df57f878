//! `mixup predict`: classifies pictures of the user.

mod form;
mod pictures;
mod refused;

use std::path::{Path, PathBuf};

use clap::Args;
use mixup_data::{ImageShape, Images, read_image_file};
use mixup_evidence::{Outputs, log_probabilities};
use rayon::prelude::*;
use serde::Serialize;

use self::form::Form;
use self::pictures::AskedPictures;
use self::refused::Refused;
use crate::commands::shared_arguments::{DeviceArgs, JsonArgs, WeightsArgs};
use crate::device::choose::DeviceChoice;
use crate::device::selected::SelectedDevice;
use crate::failure::Failure;
use crate::run::loaded_network::LoadedNetwork;
use crate::run::watch::{Counted, Watch};
use crate::terminal::ui::{Ui, UiChoice};

/// The most pictures that are in memory at once.
const CHUNK: usize = 128;

/// `mixup predict`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct PredictArgs {
    /// Pictures (PNG, JPEG, WebP, BMP, GIF, TIFF, PNM) of any size, or folders: all pictures in a folder and its
    /// subfolders. They are resized as those of the training were
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<PathBuf>,
    /// `--weights`.
    #[command(flatten)]
    pub weights: WeightsArgs,
    /// How many classes to name for each picture, the likeliest first
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub top: u32,
    /// Write a table to this file, or to stdout for -: a row for each picture, with columns picture, class,
    /// probability, class_2, probability_2 and so on
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub csv: Option<PathBuf>,
    /// Where to compute, and with what.
    #[command(flatten)]
    pub device: DeviceArgs,
    /// `--json`.
    #[command(flatten)]
    pub output: JsonArgs,
}

const EXAMPLES: &str = "\
Examples:
  mixup predict photo.jpg --weights runs/mixup-seed1
  mixup predict my-pictures --weights runs/mixup-seed1 --csv classes.csv
  mixup predict my-pictures --weights runs/mixup-seed1 --top 1 --csv -";

/// The classes of one picture.
#[derive(Debug, Serialize)]
struct Prediction {
    image: String,
    /// The picture's path as it is, also if it is not UTF-8.
    #[serde(skip)]
    path: PathBuf,
    /// The likeliest classes, in descending order.
    classes: Vec<Share>,
}

#[derive(Debug, Serialize)]
struct Share {
    class: String,
    /// From 0 to 1. All classes together have 1.
    probability: f64,
}

/// Predicts the pictures and prints their likeliest classes. A picture that cannot be read is told in a line, and the
/// others are predicted.
///
/// # Errors
/// Any [`Failure`]; [`Failure::Usage`] at the end if a picture could not be read.
pub(crate) fn run(args: &PredictArgs) -> Result<(), Failure> {
    for path in args.images.iter().chain([&args.weights.weights]) {
        args.output.check_path(path)?;
    }
    let reserves_stdout = args.output.json || args.csv.as_deref() == Some(Path::new("-"));
    let ui = Ui::new(UiChoice::Plain, reserves_stdout)?;
    let asked = AskedPictures::find(&args.images);
    for path in &asked.files {
        args.output.check_path(path)?;
    }
    let mut refused = Refused::new(asked.count());
    for (path, failure) in asked.refused {
        refused.add(&path, failure);
    }
    if asked.files.is_empty() {
        return refused.check();
    }
    let mut form = Form::new(args, &asked.files)?;
    let device = args.device.choose(DeviceChoice::Auto)?;
    let weights = args.weights.place()?;
    let network = LoadedNetwork::open(&weights.file, &device, &ui)?;
    let shape = network.image_shape(&weights.file)?;
    weights.tell(&ui);
    asked.notes.iter().for_each(|note| ui.say(note));
    let predictor = Predictor {
        top: network.classes.min(args.top as usize),
        shape,
        network,
        device,
    };
    form.begin(predictor.top);
    let bar = match form {
        Form::Lines { .. } | Form::CsvLines => indicatif::ProgressBar::hidden(),
        _ => ui.bar(Counted::Images, "predicting", asked.files.len()),
    };
    for files in asked.files.chunks(CHUNK) {
        let predicted = predictor.predict(files, &mut |path, failure| {
            bar.suspend(|| refused.add(path, failure));
        })?;
        predicted.into_iter().for_each(|one| form.add(one));
        bar.inc(files.len() as u64);
    }
    bar.finish_and_clear();
    if refused.is_the_only_one() {
        return refused.check();
    }
    form.finish(&weights.file, predictor.outputs(), refused.pictures())?;
    refused.check()
}

/// A network that names the likeliest classes.
struct Predictor {
    network: LoadedNetwork,
    /// The images that it takes.
    shape: ImageShape,
    device: SelectedDevice,
    /// How many classes are named.
    top: usize,
}

impl Predictor {
    /// How outputs become probabilities.
    fn outputs(&self) -> Outputs {
        self.network.classifier.loss().outputs()
    }

    /// The predictions of the pictures that can be read; `refuse` takes the others.
    ///
    /// # Errors
    /// As [`LoadedNetwork::logits`].
    fn predict(
        &self,
        files: &[PathBuf],
        refuse: &mut dyn FnMut(&Path, Failure),
    ) -> Result<Vec<Prediction>, Failure> {
        let network = &self.network;
        let read = files
            .par_iter()
            .map(|path| read_image_file(path, self.shape, network.note.resize));
        let read: Vec<_> = read.collect();
        let mut pictures = Images::with_capacity(self.shape, files.len());
        let mut paths = vec![];
        for (path, pixels) in files.iter().zip(read) {
            match pixels {
                Ok(pixels) => {
                    // The label is never read.
                    pictures.push(&pixels, 0);
                    paths.push(path);
                }
                Err(error) => refuse(path, error.into()),
            }
        }
        if paths.is_empty() {
            return Ok(vec![]);
        }
        let rows = network.logits(pictures, &self.device)?;
        let names = network.class_names();
        let rows = paths.into_iter().zip(rows.chunks_exact(network.classes));
        let predictions = rows.map(|(path, row)| Prediction {
            image: path.display().to_string(),
            path: path.clone(),
            classes: likeliest(&names, self.outputs(), row, self.top),
        });
        Ok(predictions.collect())
    }
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

#[cfg(test)]
mod tests;
