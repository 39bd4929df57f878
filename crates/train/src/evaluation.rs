//! Judging a finished network on images that it was not trained on.

use burn::data::dataloader::DataLoader;
use burn::tensor::activation::sigmoid;
use burn::tensor::{ExecutionError, Int, Tensor, TensorData, Transaction};
use mixup_data::MixupBatch;
use serde::Serialize;

use crate::classifier::Classifier;
use crate::failure::Failure;
use crate::metrics::READ_EVERY;
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
/// The device is read after every [`READ_EVERY`] batches and at the end; `progress` is told of the
/// images whose batches were handed to it.
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
    let mut judged = Judged::default();
    let mut pending = Pending::default();
    for batch in loader.iter() {
        let batch = batch.map_err(|error| failed(&error))?;
        let (logits, loss) = classifier.judge(&batch);
        pending.push(logits, loss, batch.count);
        progress(judged.outcomes.len() + pending.images());
        if pending.losses.len() == READ_EVERY {
            judged
                .read(std::mem::take(&mut pending))
                .map_err(|error| failed(&error))?;
        }
    }
    judged.read(pending).map_err(|error| failed(&error))?;

    let images = judged.outcomes.len();
    let predictions: Vec<Prediction> = judged
        .outcomes
        .into_iter()
        .zip(labels)
        .map(|((predicted, probability), &label)| Prediction {
            label,
            predicted,
            probability,
        })
        .collect();
    let correct = predictions
        .iter()
        .filter(|line| line.label == line.predicted)
        .count();
    Ok(Evaluation {
        images,
        loss: to_12_decimals(judged.loss_sum / images as f64),
        accuracy: to_12_decimals(correct as f64 / images as f64),
        predictions,
    })
}

/// What lies on the device for the next reading, a tensor a batch.
#[derive(Default)]
struct Pending {
    /// Mean loss, `[1]`.
    losses: Vec<Tensor<1>>,
    /// Class with the largest output, `[rows, 1]`.
    chosen: Vec<Tensor<2, Int>>,
    /// Sigmoid outputs, f32 `[rows, classes]`.
    outputs: Vec<Tensor<2>>,
    /// Images of the batch and its rows.
    sizes: Vec<(usize, usize)>,
}

impl Pending {
    fn push(&mut self, logits: Tensor<2>, loss: Tensor<1>, images: usize) {
        self.sizes.push((images, logits.dims()[0]));
        self.losses.push(loss);
        self.chosen.push(logits.clone().argmax(1));
        self.outputs.push(sigmoid(logits));
    }

    fn images(&self) -> usize {
        self.sizes.iter().map(|(images, _)| images).sum()
    }
}

/// What has been read from the device.
#[derive(Default)]
struct Judged {
    loss_sum: f64,
    /// Predicted class and its sigmoid output, an image each.
    outcomes: Vec<(u8, f32)>,
}

impl Judged {
    /// Reads what is pending, at once.
    fn read(&mut self, pending: Pending) -> Result<(), ExecutionError> {
        if pending.losses.is_empty() {
            return Ok(());
        }
        let classes = pending.outputs[0].dims()[1];
        let read = Transaction::default()
            .register(Tensor::cat(pending.losses, 0))
            .register(Tensor::cat(pending.chosen, 0))
            .register(Tensor::cat(pending.outputs, 0))
            .try_execute()?;
        let [losses, chosen, outputs]: [TensorData; 3] = read
            .try_into()
            .expect("a transaction gives a result for each tensor");
        let outputs: Vec<f32> = outputs.iter::<f32>().collect();
        let mut outcomes = outputs
            .chunks_exact(classes)
            .zip(chosen.iter::<u32>())
            .map(|(row, chosen)| (chosen as u8, row[chosen as usize]));
        for (loss, (images, rows)) in losses.iter::<f64>().zip(pending.sizes) {
            self.loss_sum += loss * images as f64;
            let batch: Vec<_> = outcomes.by_ref().take(rows).collect();
            self.outcomes.extend(batch.into_iter().take(images));
        }
        Ok(())
    }
}
