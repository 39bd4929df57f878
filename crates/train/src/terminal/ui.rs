//! What the user sees while a run trains: Burn's dashboard, plain lines, or nothing.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use burn::train::Interrupter;
use burn::train::renderer::MetricsRenderer;
use burn::train::renderer::tui::TuiMetricsRendererWrapper;
use clap::ValueEnum;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::failure::Failure;
use crate::run::record::EpochRow;
use crate::terminal::plain::PlainRenderer;
use crate::terminal::raw_mode;
use crate::terminal::trials_progress::TrialsProgress;

/// What `--ui` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum UiChoice {
    /// The dashboard on a terminal, plain lines elsewhere.
    #[default]
    Auto,
    /// Burn's dashboard.
    Tui,
    /// A line an epoch, and a progress bar on a terminal.
    Plain,
    /// Nothing but the result.
    None,
}

/// Where words go: to stdout, or to stderr where stdout is kept for JSON.
#[derive(Clone, Debug)]
pub struct Ui {
    mode: Mode,
    json: bool,
    bar: ProgressBar,
    /// Lines that the dashboard would hide, for its end.
    held: Arc<std::sync::Mutex<Vec<String>>>,
    /// Where this is one of several trials: how far they are, and the bars of them all.
    trials: Option<(Arc<TrialsProgress>, MultiProgress)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Tui,
    Plain,
    None,
}

impl Ui {
    /// The user interface of `choice`; with `json`, stdout is kept for the result.
    ///
    /// # Errors
    /// [`Failure::Usage`] where the dashboard is asked for and stdout is no terminal or is kept.
    pub fn new(choice: UiChoice, json: bool) -> Result<Self, Failure> {
        let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
        let mode = match choice {
            UiChoice::Auto if terminal && !json => Mode::Tui,
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
            trials: None,
        })
    }

    /// The same user interface for each of several trials: no line an epoch, but a bar over them all.
    #[must_use]
    pub fn over_trials(&self, progress: TrialsProgress) -> Self {
        let bars = MultiProgress::new();
        if self.mode == Mode::Plain {
            bars.add(progress.bar());
        }
        Self {
            bar: bars.add(ProgressBar::hidden()),
            trials: Some((Arc::new(progress), bars)),
            ..self.clone()
        }
    }

    /// Says a line of what goes on; nothing in the mode `none`.
    pub fn say(&self, line: &str) {
        match self.mode {
            Mode::None => {}
            Mode::Plain => self.bar.suspend(|| self.print(line)),
            Mode::Tui => self.print(line),
        }
    }

    fn print(&self, line: &str) {
        if self.json {
            // Training goes on where nobody reads any more.
            let _ = writeln!(std::io::stderr(), "{line}");
        } else {
            print_result(line);
        }
    }

    /// Whether the terminal is the dashboard's while a run trains.
    pub fn is_dashboard(&self) -> bool {
        self.mode == Mode::Tui
    }

    /// A progress bar over `total` things; it shows on a terminal's stderr only.
    pub fn bar(&self, total: u64, template: &'static str) -> ProgressBar {
        let bar = match self.mode {
            Mode::None => ProgressBar::hidden(),
            Mode::Plain | Mode::Tui => ProgressBar::new(total),
        };
        let bar = bar.with_style(style(template));
        match &self.trials {
            Some((_, bars)) if self.mode == Mode::Plain => bars.add(bar),
            _ => bar,
        }
    }

    /// The renderer that Burn's learner reports to.
    ///
    /// # Errors
    /// [`Failure::Usage`] where the terminal refuses the dashboard.
    pub fn renderer(
        &self,
        interrupter: &Interrupter,
        resumed_after: Option<usize>,
    ) -> Result<Box<dyn MetricsRenderer>, Failure> {
        if self.mode != Mode::Tui {
            if self.mode == Mode::Plain && self.trials.is_none() {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            return Ok(Box::new(PlainRenderer::new(self.bar.clone())));
        }
        let renderer = TuiMetricsRendererWrapper::new(interrupter.clone(), resumed_after);
        raw_mode::keep_ctrl_c()?;
        Ok(Box::new(renderer))
    }

    /// Tells of an epoch that is kept; `best` where it is the best so far.
    pub fn epoch(&self, row: &EpochRow, best: bool) {
        if let Some((progress, _)) = &self.trials {
            progress.epoch_done();
            // Where no bar shows that it goes on, lines do.
            if self.mode != Mode::Plain || std::io::stderr().is_terminal() {
                return;
            }
        }
        let line = epoch_line(row, best);
        match self.mode {
            Mode::None => {}
            Mode::Plain => self.bar.suspend(|| self.print(&line)),
            Mode::Tui => self.held().push(line),
        }
    }

    /// How far the trials are, where this is one of several.
    pub fn trials(&self) -> Option<&TrialsProgress> {
        self.trials.as_ref().map(|(progress, _)| &**progress)
    }

    /// Says what the dashboard hid, once it is closed.
    pub fn release(&self) {
        self.bar.finish_and_clear();
        for line in self.held().drain(..) {
            self.print(&line);
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        // Lines are pushed whole, so they are valid whoever panicked.
        self.held
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Prints a line on stdout; a reader that has gone away, as `head` does, is no failure.
pub fn print_result(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn epoch_line(row: &EpochRow, best: bool) -> String {
    let EpochRow {
        epoch,
        train_loss,
        held_out,
        seconds,
        images_per_second,
        ..
    } = row;
    let (train, accuracy) = (100.0 * row.train_accuracy, 100.0 * held_out.accuracy());
    let loss = held_out.loss();
    let split = held_out.split().name();
    let mark = if best { "best" } else { "" };
    format!(
        "epoch {epoch:>3}   train: loss {train_loss:.4}, {train:5.2}%   {split}: loss {loss:.4}, {accuracy:5.2}% {mark:4}   {seconds:.1} s, {images_per_second:.0} images/s"
    )
}

/// The look of a progress bar.
pub fn style(template: &'static str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("templates are written in this crate and tested")
        .progress_chars("━╸─")
}

/// The bar of an epoch's images.
pub const IMAGES_BAR: &str =
    "{prefix:<16} {bar:30} {pos}/{len} images  {per_sec}  {eta} left  {msg}";
/// The bar over the epochs of all trials.
pub const TRIALS_BAR: &str = "{prefix:<16} {bar:30} {pos}/{len} epochs  {msg}";
/// The bar of a download.
pub const BYTES_BAR: &str =
    "{prefix:<16} {bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";
/// The line that stands where the files are not counted yet.
pub const FINDING_BAR: &str = "{prefix:<16} finding the files";
/// The line that stands while images are hashed.
pub const FINGERPRINT_BAR: &str = "{prefix:<16} of {len} images";
/// The bar of files that are read.
pub const FILES_BAR: &str = "{prefix:<16} {bar:30} {pos}/{len} files  {eta} left";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::record::HeldOut;
    use mixup_evidence::ChosenBy;

    #[test]
    fn every_bar_has_a_valid_look() {
        for template in [
            IMAGES_BAR,
            TRIALS_BAR,
            BYTES_BAR,
            FINDING_BAR,
            FINGERPRINT_BAR,
            FILES_BAR,
        ] {
            style(template);
        }
    }

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
            "epoch   3   train: loss 0.1604, 70.12%   test: loss 0.1500, 68.51% best   412.3 s, 121 images/s"
        );
    }
}
