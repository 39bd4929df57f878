//! The interface through which a run reports progress. The trainer itself knows no terminal.

use std::path::PathBuf;

use burn::train::Interrupter;
use burn::train::renderer::MetricsRenderer;
use indicatif::ProgressBar;
use mixup_evidence::ChosenBy;

use crate::failure::Failure;
use crate::run::epoch_row::EpochRow;
use crate::run::progress_renderer::ProgressRenderer;

/// What a progress bar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Images of a split, with their rate.
    Images,
    /// Images of an epoch; the message says the rate and how long the run still takes.
    ImagesOfEpoch,
    /// Epochs of all trials.
    Epochs,
    /// Bytes of a download.
    Bytes,
    /// Files that are read.
    Files,
    /// Files that are still being found: there is no total yet.
    FilesToFind,
    /// Images that are hashed in one go: there is a total, but no steps.
    Fingerprint,
}

/// What is known of a run before it trains.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The experiment's name; in a comparison, the arm.
    pub experiment: String,
    /// The seed.
    pub seed: u32,
    /// The run folder.
    pub folder: PathBuf,
    /// The images that are judged after each epoch.
    pub held_out: ChosenBy,
    /// All epochs, also those that were trained before.
    pub epochs: usize,
    /// Epochs that were trained before.
    pub done: usize,
    /// Training images of an epoch.
    pub training_images: usize,
    /// Images that are judged after each epoch.
    pub held_out_images: usize,
    /// Whether the learning rate stays the same.
    pub is_rate_constant: bool,
}

impl Outline {
    /// Such as `mixup, seed 1`.
    pub fn title(&self) -> String {
        format!("{}, seed {}", self.experiment, self.seed)
    }
}

/// An epoch that was written to the run folder.
#[derive(Clone, Copy, Debug)]
pub struct WrittenEpoch<'a> {
    /// Its results.
    pub row: &'a EpochRow,
    /// Whether it is the best so far.
    pub is_best: bool,
    /// The learning rate of its last step.
    pub learning_rate: f64,
}

/// Follows a run, the loading of its data, or an evaluation.
pub trait Watch: Send + Sync {
    /// Takes a line about what happens.
    fn say(&self, line: &str);

    /// A new progress bar called `name`, up to `total`.
    fn bar(&self, counted: Counted, name: &'static str, total: usize) -> ProgressBar;

    /// Takes an epoch that was written to the run folder.
    fn epoch(&self, epoch: WrittenEpoch<'_>);

    /// Is told that the run ends so many epochs before its last one.
    fn ends_early(&self, _epochs: usize) {}

    /// What Burn's learner reports to.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the terminal cannot show it.
    fn renderer(
        &self,
        interrupter: &Interrupter,
        outline: &Outline,
    ) -> Result<Box<dyn MetricsRenderer>, Failure>;

    /// Whether the renderer has the terminal to itself while the run trains.
    fn owns_terminal(&self) -> bool;

    /// Called when the learner has ended: shows what the renderer hid.
    fn release(&self);
}

/// Follows nothing: for runs that are measured, not watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unwatched;

impl Watch for Unwatched {
    fn say(&self, _line: &str) {}

    fn bar(&self, _counted: Counted, _name: &'static str, _total: usize) -> ProgressBar {
        ProgressBar::hidden()
    }

    fn epoch(&self, _epoch: WrittenEpoch<'_>) {}

    fn renderer(
        &self,
        _interrupter: &Interrupter,
        outline: &Outline,
    ) -> Result<Box<dyn MetricsRenderer>, Failure> {
        Ok(Box::new(ProgressRenderer::new(
            ProgressBar::hidden(),
            outline,
            0,
        )))
    }

    fn owns_terminal(&self) -> bool {
        false
    }

    fn release(&self) {}
}

#[cfg(test)]
pub(crate) mod example {
    use super::*;

    /// A run of 30 epochs that has not begun.
    pub(crate) fn outline() -> Outline {
        Outline {
            experiment: "mixup".into(),
            seed: 1,
            folder: "runs/mixup-seed1".into(),
            held_out: ChosenBy::Test,
            epochs: 30,
            done: 0,
            training_images: 50_000,
            held_out_images: 10_000,
            is_rate_constant: true,
        }
    }
}
