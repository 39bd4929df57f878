//! The interface through which a run reports progress. The trainer itself knows no terminal.

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

/// Follows a run, the loading of its data, or an evaluation.
pub trait Watch: Send + Sync {
    /// Takes a line about what happens.
    fn say(&self, line: &str);

    /// A new progress bar called `name`, up to `total`.
    fn bar(&self, counted: Counted, name: &'static str, total: usize) -> ProgressBar;

    /// Takes an epoch that was written to the run folder; `is_best` if it is the best so far.
    fn epoch(&self, row: &EpochRow, is_best: bool);

    /// What Burn's learner reports to. `held_out` names the images that are judged after each epoch;
    /// `resumed_after` is the last epoch of a resumed run.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the terminal cannot show it.
    fn renderer(
        &self,
        interrupter: &Interrupter,
        held_out: ChosenBy,
        resumed_after: Option<usize>,
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

    fn epoch(&self, _row: &EpochRow, _is_best: bool) {}

    fn renderer(
        &self,
        _interrupter: &Interrupter,
        held_out: ChosenBy,
        _resumed_after: Option<usize>,
    ) -> Result<Box<dyn MetricsRenderer>, Failure> {
        Ok(Box::new(ProgressRenderer::new(
            ProgressBar::hidden(),
            held_out,
        )))
    }

    fn owns_terminal(&self) -> bool {
        false
    }

    fn release(&self) {}
}
