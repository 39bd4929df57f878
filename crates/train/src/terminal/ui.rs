//! What the user sees while a run trains: Burn's dashboard, plain lines, or nothing.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::train::Interrupter;
use burn::train::renderer::MetricsRenderer;
use burn::train::renderer::tui::TuiMetricsRendererWrapper;
use clap::ValueEnum;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};
use mixup_evidence::ChosenBy;

use crate::failure::Failure;
use crate::output::print_message;
pub(crate) use crate::output::print_result;
use crate::run::epoch_row::EpochRow;
use crate::run::progress_renderer::ProgressRenderer;
use crate::run::watch::{Counted, Watch};
use crate::terminal::bars::style;
use crate::terminal::quiet_stderr::QuietStderr;
use crate::terminal::raw_mode;
use crate::terminal::screen::{draw_target, has_bars, is_dumb};
use crate::terminal::trials_progress::TrialsProgress;

/// What `--ui` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum UiChoice {
    /// The dashboard on a terminal, plain lines elsewhere.
    #[default]
    Auto,
    /// Burn's dashboard.
    Tui,
    /// One line per epoch, and a progress bar on a terminal.
    Plain,
    /// Nothing but the result.
    None,
}

/// Where text goes: to stdout, or to stderr if stdout is reserved for JSON.
#[derive(Clone, Debug)]
pub struct Ui {
    mode: Mode,
    json: bool,
    bar: ProgressBar,
    /// Lines that are kept until the dashboard ends, because it would hide them.
    held: Arc<Mutex<Vec<String>>>,
    /// Keeps other lines off the dashboard.
    quiet: Arc<Mutex<Option<QuietStderr>>>,
    /// If this is one of several trials: their progress, and the bars of all of them.
    trials: Option<(Arc<TrialsProgress>, MultiProgress)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Tui,
    Plain,
    None,
}

impl Ui {
    /// The user interface for `choice`. With `json`, stdout is reserved for the result.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the dashboard is asked for and stdout is not a terminal or is reserved.
    pub fn new(choice: UiChoice, json: bool) -> Result<Self, Failure> {
        let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
        let mode = match choice {
            UiChoice::Auto if terminal && !json && !is_dumb() => Mode::Tui,
            UiChoice::Auto | UiChoice::Plain => Mode::Plain,
            UiChoice::None => Mode::None,
            UiChoice::Tui if terminal && !json => Mode::Tui,
            UiChoice::Tui => {
                return Err(Failure::usage(
                    "--ui tui: expected a terminal, found stdin or stdout used otherwise",
                    "use --ui plain",
                ));
            }
        };
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Ok(Self {
            mode,
            json,
            bar,
            held: Arc::default(),
            quiet: Arc::default(),
            trials: None,
        })
    }

    /// The same user interface for each of several trials: a bar over all of them instead of one line per
    /// epoch.
    #[must_use]
    pub fn over_trials(&self, progress: TrialsProgress) -> Self {
        let bars = MultiProgress::with_draw_target(draw_target());
        if self.mode == Mode::Plain {
            bars.add(progress.bar());
        }
        Self {
            bar: bars.add(ProgressBar::hidden()),
            trials: Some((Arc::new(progress), bars)),
            ..self.clone()
        }
    }

    /// Prints a line, except with `--ui none`.
    pub fn say(&self, line: &str) {
        match self.mode {
            Mode::None => {}
            Mode::Plain => self.bar.suspend(|| self.print(line)),
            Mode::Tui => self.print(line),
        }
    }

    fn print(&self, line: &str) {
        if self.json {
            print_message(line);
        } else {
            print_result(line);
        }
    }

    /// The progress of the trials, if this is one of several.
    pub fn trials(&self) -> Option<&TrialsProgress> {
        self.trials.as_ref().map(|(progress, _)| &**progress)
    }

    fn held(&self) -> MutexGuard<'_, Vec<String>> {
        // Lines are pushed whole, so they are valid whatever panicked.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn quiet(&self) -> MutexGuard<'_, Option<QuietStderr>> {
        // An optional guard is valid whatever panicked.
        self.quiet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Ui {
    fn say(&self, line: &str) {
        self.say(line);
    }

    /// A progress bar. It shows only if stderr is a terminal.
    fn bar(&self, counted: Counted, name: &'static str, total: usize) -> ProgressBar {
        let bar = match self.mode {
            Mode::None => ProgressBar::hidden(),
            Mode::Plain | Mode::Tui => {
                ProgressBar::with_draw_target(Some(total as u64), draw_target())
            }
        };
        let bar = bar.with_style(style(counted)).with_prefix(name);
        match &self.trials {
            Some((_, bars)) if self.mode == Mode::Plain => bars.add(bar),
            _ => bar,
        }
    }

    fn epoch(&self, row: &EpochRow, is_best: bool) {
        if let Some((progress, _)) = &self.trials {
            progress.epoch_done();
            // Where there is no bar, lines show the progress.
            if self.mode != Mode::Plain || has_bars() {
                return;
            }
        }
        let line = epoch_line(row, is_best);
        match self.mode {
            Mode::None => {}
            Mode::Plain => self.bar.suspend(|| self.print(&line)),
            Mode::Tui => self.held().push(line),
        }
    }

    fn renderer(
        &self,
        interrupter: &Interrupter,
        held_out: ChosenBy,
        resumed_after: Option<usize>,
    ) -> Result<Box<dyn MetricsRenderer>, Failure> {
        if self.mode != Mode::Tui {
            if self.mode == Mode::Plain && self.trials.is_none() {
                self.bar.set_draw_target(draw_target());
            }
            self.bar.set_style(style(Counted::Images));
            return Ok(Box::new(ProgressRenderer::new(self.bar.clone(), held_out)));
        }
        *self.quiet() = Some(QuietStderr::new());
        let renderer = TuiMetricsRendererWrapper::new(interrupter.clone(), resumed_after);
        // The dashboard does not start then, and the error belongs on the terminal.
        raw_mode::keep_ctrl_c().inspect_err(|_| *self.quiet() = None)?;
        Ok(Box::new(renderer))
    }

    fn owns_terminal(&self) -> bool {
        self.mode == Mode::Tui
    }

    fn release(&self) {
        self.bar.finish_and_clear();
        *self.quiet() = None;
        for line in self.held().drain(..) {
            self.print(&line);
        }
    }
}

/// One line of at most 80 columns: loss and accuracy of both splits, and the rate.
fn epoch_line(row: &EpochRow, best: bool) -> String {
    let EpochRow {
        epoch,
        train_loss,
        held_out,
        images_per_second,
        ..
    } = row;
    let (train, accuracy) = (100.0 * row.train_accuracy, 100.0 * held_out.accuracy());
    let loss = held_out.loss();
    let split = held_out.split().name();
    let mark = if best { "best" } else { "" };
    format!(
        "epoch {epoch:>3}  train loss {train_loss:.4} {train:5.2}%  {split} loss {loss:.4} {accuracy:5.2}% {mark:4}  {images_per_second:.0}/s"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::epoch_row::HeldOut;

    #[test]
    fn an_epoch_is_one_tidy_line() {
        let row = EpochRow {
            epoch: 3,
            train_loss: 0.16044,
            train_accuracy: 0.7012,
            held_out: HeldOut::new(ChosenBy::Test, 0.15, 0.6851),
            seconds: 412.34,
            images_per_second: 121.3,
        };
        assert_eq!(
            epoch_line(&row, true),
            "epoch   3  train loss 0.1604 70.12%  test loss 0.1500 68.51% best  121/s"
        );
    }
}
