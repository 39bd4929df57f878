//! `mixup predict`: what pictures of the user's own show.

use mixup_data::{EpochPlan, Images, MixupBatcher, read_image_file};
use mixup_evidence::{Outputs, log_probabilities};
use serde::Serialize;

use crate::commands::arguments::PredictArgs;
use crate::device::choose::{Chosen, DeviceChoice};
use crate::failure::Failure;
use crate::run::loaded_network::Trained;
use crate::terminal::ui::{Ui, UiChoice, print_result};

/// Pictures that go through the network at once.
const BATCH: usize = 128;

/// What `mixup predict --json` prints.
#[derive(Serialize)]
struct Predictions {
    weights: String,
    /// What made probabilities of the outputs.
    outputs: Outputs,
    images: Vec<Prediction>,
}

/// What one picture shows.
#[derive(Serialize)]
struct Prediction {
    image: String,
    /// The likeliest classes, the first first.
    classes: Vec<Share>,
}

#[derive(Serialize)]
struct Share {
    class: String,
    /// From 0 to 1; those of all classes sum to 1.
    probability: f64,
}

/// Predicts the pictures and prints their likeliest classes.
///
/// # Errors
/// Any [`Failure`]; nothing is predicted unless all pictures can be read.
pub fn run(args: &PredictArgs) -> Result<(), Failure> {
    let ui = Ui::new(UiChoice::Plain, args.json)?;
    let mut pictures = Images::with_capacity(args.images.len());
    for path in &args.images {
        // They have no label; the network is not told one.
        pictures.push(&read_image_file(path)?, 0);
    }
    let device = args.device.choose(DeviceChoice::Auto)?;
    let trained = Trained::open(&args.weights, &device, &ui)?;
    let outputs = trained.classifier.loss().outputs();
    let rows = logits(&trained, pictures, &device)?;
    let names = trained.class_names();
    let likeliest = |row: &[f32]| {
        let named = names.iter().cloned().zip(log_probabilities(outputs, row));
        let mut shares: Vec<Share> = named
            .map(|(class, log)| Share {
                class,
                probability: log.exp(),
            })
            .collect();
        shares.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        shares.truncate(args.top as usize);
        shares
    };
    let images = args.images.iter().zip(rows.chunks_exact(trained.classes));
    let images = images.map(|(image, row)| Prediction {
        image: image.display().to_string(),
        classes: likeliest(row),
    });
    let predictions = Predictions {
        weights: args.weights.display().to_string(),
        outputs,
        images: images.collect(),
    };
    if args.json {
        let line = serde_json::to_string(&predictions);
        print_result(&line.expect("strings and numbers have a JSON form"));
    } else {
        print(&predictions);
    }
    Ok(())
}

/// The logits of the pictures, `[pictures, classes]`.
fn logits(trained: &Trained, pictures: Images, device: &Chosen) -> Result<Vec<f32>, Failure> {
    let count = pictures.len();
    let normalisation = &trained.note.normalisation;
    let batcher = MixupBatcher::new(pictures, trained.classes, normalisation, &device.device);
    let plan = EpochPlan::in_order(count);
    let mut rows = vec![];
    for draws in plan.draws().chunks(BATCH) {
        let outputs = trained
            .classifier
            .network
            .forward(batcher.mix(draws).images);
        let data = outputs.try_into_data();
        let data = data.map_err(|error| Failure::Training(error.to_string()))?;
        rows.extend(data.iter::<f32>());
    }
    Ok(rows)
}

/// A line a picture.
fn print(predictions: &Predictions) {
    let widths = predictions.images.iter().map(|p| p.image.chars().count());
    let widest = widths.max();
    let widest = widest.unwrap_or(0);
    for Prediction { image, classes } in &predictions.images {
        let shares: Vec<String> = classes
            .iter()
            .map(|share| format!("{} {:.1}%", share.class, 100.0 * share.probability))
            .collect();
        print_result(&format!("{image:<widest$}  {}", shares.join("  ")));
    }
}
