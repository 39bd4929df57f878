//! Evaluation of a finished network on unmixed images.

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::tensor::{ExecutionError, Tensor, TensorData, Transaction};
use mixup_data::MixupBatch;
use mixup_evidence::{Measures, Outputs, TrainingMeasures, log_probabilities, to_12_decimals};
use serde::{Deserialize, Serialize};

use crate::learn::classifier::Classifier;
use crate::learn::error::JudgeError;
use crate::learn::metrics::READ_EVERY;

/// The measures of a network on a split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Mean loss.
    pub loss: f64,
    /// Accuracy, calibration and confusion.
    #[serde(flatten)]
    pub measures: Measures,
    /// One line per image.
    #[serde(skip)]
    pub predictions: Vec<Prediction>,
}

impl Evaluation {
    /// The part of an evaluation on training images that a run keeps.
    pub fn on_training_images(&self) -> TrainingMeasures {
        TrainingMeasures {
            images: self.measures.images,
            loss: self.loss,
            accuracy: self.measures.accuracy,
        }
    }
}

/// Images in their own order, unmixed, and their labels.
pub struct LabelledLoader {
    /// The images, in batches.
    pub loader: Arc<dyn DataLoader<MixupBatch>>,
    /// The class that the network is told for each image. With random labels, that is the random one.
    pub labels: Vec<u16>,
}

/// One image's line in `predictions.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The true class.
    pub label: u16,
    /// The class with the highest output.
    pub predicted: u16,
    /// That output's probability, in `[0, 1]`: its sigmoid, or its share of the softmax.
    pub probability: f32,
}

/// Evaluates `classifier` on the images of `loader`, which come in the order of `labels`.
///
/// The classifier is one for inference. That of a learner is `learner.model().valid()`: otherwise batch norms would use
/// the statistics of each batch.
///
/// The device is read after every [`READ_EVERY`] batches and at the end. `progress` receives the number
/// of images that were submitted so far.
///
/// # Errors
/// [`JudgeError::Device`] if the device fails, [`JudgeError::NotFinite`] if an output is NaN or infinite,
/// [`JudgeError::Batch`] if images in a file cannot be read any more.
///
/// # Panics
/// If there are not as many labels as images.
pub fn evaluate(
    classifier: &Classifier,
    loader: &dyn DataLoader<MixupBatch>,
    labels: &[u16],
    progress: &dyn Fn(usize),
) -> Result<Evaluation, JudgeError> {
    evaluate_by(
        &|batch| classifier.judge(batch),
        classifier,
        loader,
        labels,
        progress,
    )
}

/// As [`evaluate`], by the mean of the logits of each image and of its mirror image.
///
/// # Errors
/// As for [`evaluate`].
pub fn evaluate_mirrored(
    classifier: &Classifier,
    loader: &dyn DataLoader<MixupBatch>,
    labels: &[u16],
    progress: &dyn Fn(usize),
) -> Result<Evaluation, JudgeError> {
    let judge = |batch: &MixupBatch| classifier.judge_mirrored(batch);
    evaluate_by(&judge, classifier, loader, labels, progress)
}

/// As [`evaluate`], where `judge` gives the logits and the mean loss of a batch.
fn evaluate_by(
    judge: &dyn Fn(&MixupBatch) -> (Tensor<2>, Tensor<1>),
    classifier: &Classifier,
    loader: &dyn DataLoader<MixupBatch>,
    labels: &[u16],
    progress: &dyn Fn(usize),
) -> Result<Evaluation, JudgeError> {
    let failed = |error: ExecutionError| JudgeError::Device(error.to_string());
    let mut judged = EvaluatedImages::default();
    let mut pending = Pending::default();
    for batch in loader.iter() {
        let batch = batch.map_err(JudgeError::Batch)?;
        let (logits, loss) = judge(&batch);
        pending.push(logits, loss, batch.count);
        progress(judged.images + pending.images());
        if pending.losses.len() == READ_EVERY {
            judged.read(std::mem::take(&mut pending)).map_err(failed)?;
        }
    }
    judged.read(pending).map_err(failed)?;

    let EvaluatedImages {
        images,
        loss_sum,
        logits,
    } = judged;
    let loss = loss_sum / images as f64;
    // Their measures would be written as null, which no reader takes.
    let mut judged = logits.iter().copied().chain([loss as f32]);
    if let Some(value) = judged.find(|value| !value.is_finite()) {
        return Err(JudgeError::NotFinite { value });
    }
    let classes = logits.len() / images.max(1);
    let outputs = classifier.loss().outputs();
    let measures = Measures::new(outputs, &logits, labels, classes);
    let predictions = logits
        .chunks_exact(classes)
        .zip(labels)
        .map(|(row, &label)| {
            let predicted = mixup_evidence::predicted_class(row);
            Prediction {
                label,
                predicted,
                probability: probability(outputs, row, predicted),
            }
        })
        .collect();
    Ok(Evaluation {
        loss: to_12_decimals(loss),
        measures,
        predictions,
    })
}

/// The network's probability of the class `predicted`: its sigmoid output, not normalised over the
/// classes, or its softmax output.
fn probability(outputs: Outputs, row: &[f32], predicted: u16) -> f32 {
    let predicted = usize::from(predicted);
    match outputs {
        Outputs::Sigmoid => 1.0 / (1.0 + (-row[predicted]).exp()),
        Outputs::Softmax => log_probabilities(outputs, row)[predicted].exp() as f32,
    }
}

/// What waits on the device for the next reading: one tensor per batch.
#[derive(Default)]
struct Pending {
    /// Mean loss, `[1]`.
    losses: Vec<Tensor<1>>,
    /// Logits, f32 `[rows, classes]`.
    logits: Vec<Tensor<2>>,
    /// Images in the batch, and its rows with padding.
    sizes: Vec<(usize, usize)>,
}

impl Pending {
    fn push(&mut self, logits: Tensor<2>, loss: Tensor<1>, images: usize) {
        self.sizes.push((images, logits.dims()[0]));
        self.losses.push(loss);
        self.logits.push(logits);
    }

    fn images(&self) -> usize {
        self.sizes.iter().map(|(images, _)| images).sum()
    }
}

/// What has been read from the device.
#[derive(Default)]
struct EvaluatedImages {
    images: usize,
    loss_sum: f64,
    /// `[images, classes]`.
    logits: Vec<f32>,
}

impl EvaluatedImages {
    /// Reads what is pending, at once.
    fn read(&mut self, pending: Pending) -> Result<(), ExecutionError> {
        if pending.losses.is_empty() {
            return Ok(());
        }
        let classes = pending.logits[0].dims()[1];
        let read = Transaction::default()
            .register(Tensor::cat(pending.losses, 0))
            .register(Tensor::cat(pending.logits, 0))
            .try_execute()?;
        let [losses, logits]: [TensorData; 2] = read
            .try_into()
            .expect("a transaction gives a result for each tensor");
        let mut logits = logits.iter::<f32>();
        for (loss, (images, rows)) in losses.iter::<f64>().zip(pending.sizes) {
            self.images += images;
            self.loss_sum += loss * images as f64;
            let batch: Vec<f32> = logits.by_ref().take(rows * classes).collect();
            self.logits.extend(&batch[..images * classes]);
        }
        Ok(())
    }
}
