//! Loss and accuracy over the images of an epoch, read from the device only when due.
//!
//! Every step leaves its loss and its hits on the device. Each metric reads its values in one transfer at
//! every [`READ_EVERY`]th iteration and at the end of the split, so the training loop never waits for them.
//! Sums are added up, not batch means, so a short last batch counts only its images.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::tensor::{Tensor, TensorReadError};
use burn::train::Interrupter;
use burn::train::metric::{
    Adaptor, Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes,
    NumericEntry, SerializedEntry,
};

use crate::learn::classifier::StepOutput;

/// Iterations between two readings of the device.
pub const READ_EVERY: usize = 100;

/// A quantity of single images. Its mean is shown.
pub trait Quantity: Clone + Send + Sync + 'static {
    /// Its name on the dashboard.
    const NAME: &'static str;
    /// Its unit on the screen.
    const UNIT: &'static str;
    /// Screen value of a mean of 1.
    const SCALE: f64;
    /// Whether a larger mean is better.
    const HIGHER_IS_BETTER: bool;
    /// Either one value per image or the batch's sum. Values after the last image do not count.
    fn values(output: &StepOutput) -> Tensor<1>;
}

/// The loss of an image.
#[derive(Clone, Debug)]
pub struct LossOfImage;

impl Quantity for LossOfImage {
    const NAME: &'static str = "Loss";
    const UNIT: &'static str = "";
    const SCALE: f64 = 1.0;
    const HIGHER_IS_BETTER: bool = false;

    fn values(output: &StepOutput) -> Tensor<1> {
        output.loss.clone()
    }
}

/// Whether an image's largest output belongs to its largest target.
#[derive(Clone, Debug)]
pub struct ImageIsRight;

impl Quantity for ImageIsRight {
    const NAME: &'static str = "Accuracy";
    const UNIT: &'static str = " %";
    const SCALE: f64 = 100.0;
    const HIGHER_IS_BETTER: bool = true;

    fn values(output: &StepOutput) -> Tensor<1> {
        output.correct.clone()
    }
}

/// Mean loss. A value that is not finite stops the run.
pub type LossMetric = MeanMetric<LossOfImage>;
/// Share of images predicted right. For a mixed image, the class with the larger share counts.
pub type AccuracyMetric = MeanMetric<ImageIsRight>;

/// What the training loop reads from a metric.
#[derive(Clone, Debug, Default)]
pub struct Reading(Arc<Mutex<Readings>>);

#[derive(Clone, Copy, Debug, Default)]
struct Readings {
    mean: Option<f64>,
    not_finite: Option<(usize, f64)>,
}

impl Reading {
    /// The mean of the split that ended last.
    pub fn mean(&self) -> Option<f64> {
        self.readings().mean
    }

    /// The first iteration, from 1, whose value was not finite, and the value.
    pub fn not_finite(&self) -> Option<(usize, f64)> {
        self.readings().not_finite
    }

    fn readings(&self) -> MutexGuard<'_, Readings> {
        // Two plain numbers are valid whatever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is shown next to the mean of a split.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Aside {
    /// The mean over the iterations of the last reading.
    Last,
    /// The best mean of a whole split so far, if there is one.
    Best(Option<f64>),
}

/// The mean of a [`Quantity`] over the images of a split.
#[derive(Clone)]
pub struct MeanMetric<Q> {
    name: MetricName,
    reading: Reading,
    interrupter: Interrupter,
    /// Values that are still on the device, with their iteration and number of images.
    pending: Vec<(usize, Tensor<1>, usize)>,
    /// Sum and images read since the split began.
    split: (f64, usize),
    /// Mean over the iterations of the last reading.
    window: f64,
    /// Whether the last update was a reading.
    fresh: bool,
    /// What is shown next to the mean.
    aside: Aside,
    /// The last reading in words. It stays on the screen until the next one.
    shown: String,
    quantity: PhantomData<Q>,
}

impl<Q: Quantity> MeanMetric<Q> {
    /// A metric that writes its means to `reading` and stops the run through `interrupter`.
    pub fn new(reading: Reading, interrupter: Interrupter) -> Self {
        Self {
            name: Arc::new(Q::NAME.to_owned()),
            reading,
            interrupter,
            pending: vec![],
            split: (0.0, 0),
            window: f64::NAN,
            fresh: false,
            aside: Aside::Last,
            shown: format!("after {READ_EVERY} iterations"),
            quantity: PhantomData,
        }
    }

    /// Shows the best mean of a whole split so far; `best` is that of epochs that were trained before.
    #[must_use]
    pub fn with_best(self, best: Option<f64>) -> Self {
        Self {
            aside: Aside::Best(best),
            ..self
        }
    }

    /// Reads what is pending, in one transfer.
    fn read(&mut self) -> Result<(), TensorReadError> {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Ok(());
        }
        let values: Vec<Tensor<1>> = pending
            .iter()
            .map(|(_, values, _)| values.clone())
            .collect();
        let read = Tensor::cat(values, 0).try_into_data()?;
        let mut read = read.iter::<f64>();
        let (mut total, mut images) = (0.0, 0);
        for (iteration, values, count) in &pending {
            let [length] = values.dims();
            let values: Vec<f64> = read.by_ref().take(length).collect();
            let sum: f64 = values.iter().take(*count).sum();
            let value = sum / *count as f64;
            if !value.is_finite() {
                let mut told = self.reading.readings();
                told.not_finite.get_or_insert((*iteration, value));
                self.interrupter.stop(Some("the loss is not finite"));
            }
            total += sum;
            images += count;
        }
        self.split.0 += total;
        self.split.1 += images;
        self.window = total / images as f64;
        self.shown = self.in_words();
        Ok(())
    }

    /// The mean of the split so far, and what is shown next to it. Short: the pane of a small dashboard has room
    /// for 21 characters.
    fn in_words(&self) -> String {
        let digits = if Q::SCALE > 1.0 { 2 } else { 4 };
        let unit = Q::UNIT;
        let words = |value: f64| format!("{:.digits$}{unit}", value * Q::SCALE);
        let mean = words(self.mean());
        match self.aside {
            Aside::Last => format!("{mean}, last {}", words(self.window)),
            Aside::Best(Some(best)) => format!("{mean}, best {}", words(best)),
            Aside::Best(None) => mean,
        }
    }

    /// Counts the mean of a whole split, if it is the best.
    fn note_best(&mut self) {
        if let Aside::Best(best) = &mut self.aside {
            let mean = self.split.0 / self.split.1 as f64;
            let better = if Q::HIGHER_IS_BETTER {
                f64::max
            } else {
                f64::min
            };
            *best = Some(best.map_or(mean, |best| better(best, mean)));
        }
    }

    fn mean(&self) -> f64 {
        self.split.0 / self.split.1 as f64
    }
}

impl<Q: Quantity> Metric for MeanMetric<Q> {
    type Input = StepOutput;

    fn name(&self) -> MetricName {
        Arc::clone(&self.name)
    }

    fn attributes(&self) -> MetricAttributes {
        let unit = Q::UNIT.trim();
        NumericAttributes {
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
            higher_is_better: Q::HIGHER_IS_BETTER,
        }
        .into()
    }

    fn update(
        &mut self,
        output: &StepOutput,
        metadata: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        let iteration = metadata.iteration.unwrap_or(self.pending.len() + 1);
        self.pending
            .push((iteration, Q::values(output), output.images));
        self.fresh = iteration.is_multiple_of(READ_EVERY) || metadata.progress.is_completed();
        let value = if self.fresh {
            self.read()?;
            (self.window * Q::SCALE).to_string()
        } else {
            SerializedEntry::NOT_AVAILABLE.to_owned()
        };
        Ok(SerializedEntry::new(self.shown.clone(), value))
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        self.read()?;
        self.reading.readings().mean = Some(self.mean());
        self.note_best();
        self.shown = self.in_words();
        let value = (self.mean() * Q::SCALE).to_string();
        Ok(SerializedEntry::new(self.shown.clone(), value))
    }

    fn clear(&mut self) {
        self.pending.clear();
        self.split = (0.0, 0);
        self.window = f64::NAN;
        self.fresh = false;
    }
}

impl<Q: Quantity> Numeric for MeanMetric<Q> {
    fn value(&self) -> Option<NumericEntry> {
        self.fresh
            .then_some(NumericEntry::Value(self.window * Q::SCALE))
    }

    fn running_value(&self) -> Option<NumericEntry> {
        (self.split.1 > 0).then(|| NumericEntry::Value(self.mean() * Q::SCALE))
    }

    fn final_value(&self) -> NumericEntry {
        NumericEntry::Final(self.mean() * Q::SCALE)
    }
}

impl Adaptor<StepOutput> for StepOutput {
    fn adapt(&self) -> StepOutput {
        self.clone()
    }
}

#[cfg(test)]
mod tests;
