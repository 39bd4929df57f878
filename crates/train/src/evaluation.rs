//! Judging a finished network on images that it was not trained on.

use burn::data::dataloader::DataLoader;
use burn::tensor::activation::sigmoid;
use mixup_data::MixupBatch;
use serde::Serialize;

use crate::classifier::Classifier;
use crate::failure::Failure;
use crate::run_folder::{Prediction, to_12_decimals};

/// What a network comes to on a split.
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// Number of images.
    pub images: usize,
    /// Mean loss.
    pub loss: f64,
    /// Share predicted right, in `[0, 1]`.
    pub accuracy: f64,
    /// One line an image.
    #[serde(skip)]
    pub predictions: Vec<Prediction>,
}

/// Judges `classifier` on the images of `loader`, which hands them out in the order of `labels`.
///
/// # Errors
/// [`Failure::Training`] where the device fails.
pub fn evaluate(
    classifier: &Classifier,
    loader: &dyn DataLoader<MixupBatch>,
    labels: &[u8],
    progress: &dyn Fn(usize),
) -> Result<Evaluation, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Training(error.to_string());
    let mut predictions = Vec::with_capacity(labels.len());
    let mut loss_sum = 0.0;
    for batch in loader.iter() {
        let batch = batch.map_err(|error| failed(&error))?;
        let (logits, loss) = classifier.judge(&batch);
        let [count, classes] = logits.dims();
        let loss = loss
            .try_into_scalar::<f64>()
            .map_err(|error| failed(&error))?;
        loss_sum += loss * count as f64;
        let chosen = logits.clone().argmax(1).try_into_data();
        let chosen = chosen.map_err(|error| failed(&error))?;
        let outputs = sigmoid(logits).try_into_data();
        let outputs = outputs.map_err(|error| failed(&error))?;
        let outputs: Vec<f32> = outputs.iter::<f32>().collect();
        for (row, predicted) in outputs.chunks_exact(classes).zip(chosen.iter::<u32>()) {
            predictions.push(Prediction {
                label: labels[predictions.len()],
                predicted: predicted as u8,
                probability: row[predicted as usize],
            });
        }
        progress(predictions.len());
    }
    let images = predictions.len();
    let correct = predictions
        .iter()
        .filter(|line| line.label == line.predicted)
        .count();
    Ok(Evaluation {
        images,
        loss: to_12_decimals(loss_sum / images as f64),
        accuracy: to_12_decimals(correct as f64 / images as f64),
        predictions,
    })
}
