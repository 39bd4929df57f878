//! How the learning rate changes during training.

use std::f64::consts::PI;

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};

/// The learning rate over time, as a share of the optimizer's.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Length of the warm-up in epochs, which may be a fraction. The rate rises linearly, except with the
    /// one-cycle schedule.
    pub warm_up: f64,
    /// The schedule after the warm-up.
    pub shape: Shape,
}

/// The learning rate after the warm-up.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// It stays constant.
    Constant,
    /// It is multiplied by `factor` after each of these epochs, counted from the start.
    Step {
        /// Epochs, ascending.
        milestones: Vec<usize>,
        /// Above 0, up to 1.
        factor: f64,
    },
    /// It falls along half a cosine to `end_factor`, which it would reach one step after the last.
    ///
    /// # Source
    /// Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, without
    /// restarts.
    Cosine {
        /// From 0 to 1.
        end_factor: f64,
    },
    /// It rises from `start_factor` to 1 over the warm-up and falls to `end_factor` at the last step,
    /// both along half a cosine.
    ///
    /// # Source
    /// Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
    /// Rates", 2018. The same as PyTorch's `OneCycleLR` with two phases and constant momentum.
    OneCycle {
        /// Above 0, up to 1.
        start_factor: f64,
        /// Above 0, up to 1.
        end_factor: f64,
    },
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            warm_up: 0.0,
            shape: Shape::Constant,
        }
    }
}

impl Schedule {
    /// Whether the rate of a step depends on the total number of epochs.
    pub fn looks_ahead(&self) -> bool {
        matches!(self.shape, Shape::Cosine { .. } | Shape::OneCycle { .. })
    }

    /// Whether the rate never changes.
    pub fn is_constant(&self) -> bool {
        *self == Self::default()
    }

    /// The share of the learning rate at `step`, counted from 0, in a run of `epochs` epochs of
    /// `steps_per_epoch` steps.
    pub fn factor(&self, step: usize, steps_per_epoch: usize, epochs: usize) -> f64 {
        let warm_up = (self.warm_up * steps_per_epoch as f64).round();
        let total = (epochs * steps_per_epoch) as f64;
        let (step, epoch) = (step as f64, step / steps_per_epoch.max(1));
        if let Shape::OneCycle {
            start_factor,
            end_factor,
        } = self.shape
        {
            let peak = warm_up - 1.0;
            return if step < peak {
                anneal(start_factor, 1.0, step / peak)
            } else if step == peak {
                1.0
            } else {
                anneal(1.0, end_factor, (step - peak) / (total - 1.0 - peak))
            };
        }
        if step < warm_up {
            return (step + 1.0) / warm_up;
        }
        match &self.shape {
            Shape::Step { milestones, factor } => {
                let passed = milestones.iter().filter(|&&milestone| milestone <= epoch);
                factor.powi(passed.count() as i32)
            }
            Shape::Cosine { end_factor } => {
                anneal(1.0, *end_factor, (step - warm_up) / (total - warm_up))
            }
            Shape::Constant | Shape::OneCycle { .. } => 1.0,
        }
    }

    /// The rates from the first step on.
    pub fn rates(&self, learning_rate: f64, steps_per_epoch: usize, epochs: usize) -> Rates {
        Rates {
            schedule: self.clone(),
            learning_rate,
            steps_per_epoch,
            epochs,
            step: 0,
        }
    }
}

/// From `start` to `end` along half a cosine; `progress` is within `[0, 1]`.
fn anneal(start: f64, end: f64, progress: f64) -> f64 {
    end + (start - end) * (1.0 + (PI * progress.min(1.0)).cos()) / 2.0
}

/// The learning rates of a run, one per step.
#[derive(Clone, Debug)]
pub struct Rates {
    schedule: Schedule,
    learning_rate: f64,
    steps_per_epoch: usize,
    epochs: usize,
    step: usize,
}

/// The key of the step in a checkpoint.
const STEP: &str = "step";

impl LrScheduler for Rates {
    fn step(&mut self) -> f64 {
        let factor = self
            .schedule
            .factor(self.step, self.steps_per_epoch, self.epochs);
        self.step += 1;
        self.learning_rate * factor
    }

    fn to_record(&self) -> LrSchedulerRecord {
        LrSchedulerRecord::new().with_scalar(STEP, self.step as u64)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        let step: Option<u64> = record.scalar(STEP);
        self.step = step.unwrap_or_default() as usize;
    }
}

#[cfg(test)]
mod tests;
