//! What the user sees while a run trains: Burn's dashboard, plain lines, or nothing.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::train::Interrupter;
use burn::train::renderer::MetricsRenderer;
use burn::train::renderer::tui::TuiMetricsRendererWrapper;
use clap::ValueEnum;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};

use crate::failure::Failure;
use crate::output::print_message;
pub(crate) use crate::output::print_result;
use crate::run::progress_renderer::ProgressRenderer;
use crate::run::watch::{Counted, Outline, Watch, WrittenEpoch};
use crate::terminal::bars::style;
use crate::terminal::dashboard::Dashboard;
use crate::terminal::epoch_table::EpochTable;
use crate::terminal::quiet_stderr::QuietStderr;
use crate::terminal::raw_mode;
use crate::terminal::screen::{draw_target, has_bars, is_dumb, stderr_size, stdout_size};
use crate::terminal::trials_progress::TrialsProgress;

/// What `--ui` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum UiChoice {
    /// The dashboard on a terminal that has room for it, else the table of plain.
    #[default]
    Auto,
    /// Burn's dashboard.
    Tui,
    /// A table with a line per epoch, and a progress bar on a terminal.
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
    /// The table of the run that trains.
    table: Arc<Mutex<Option<EpochTable>>>,
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

/// The fewest lines and columns on which the dashboard shows its progress and an accuracy.
const ROOM: (usize, usize) = (20, 76);

/// Whether the terminal has room for the dashboard.
fn has_room() -> bool {
    let (lines, columns) = stdout_size();
    lines >= ROOM.0 && columns >= ROOM.1
}

impl Ui {
    /// The user interface for `choice`. With `json`, stdout is reserved for the result.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the dashboard is asked for and stdout is not a terminal or is reserved.
    pub fn new(choice: UiChoice, json: bool) -> Result<Self, Failure> {
        let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
        let mode = match choice {
            UiChoice::Auto if terminal && !json && !is_dumb() && has_room() => Mode::Tui,
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
            table: Arc::default(),
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

    /// Whether epochs become lines. Of several runs they do where no bar shows the progress.
    fn has_table(&self) -> bool {
        self.trials.is_none() || self.mode == Mode::Plain && !has_bars()
    }

    fn table(&self) -> MutexGuard<'_, Option<EpochTable>> {
        // A table is replaced whole, so it is valid whatever panicked.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn ends_early(&self, epochs: usize) {
        if let Some(trials) = self.trials() {
            trials.drop_epochs(epochs);
        }
    }

    fn epoch(&self, epoch: WrittenEpoch<'_>) {
        if let Some((progress, _)) = &self.trials {
            progress.epoch_done();
            if !self.has_table() {
                return;
            }
        }
        let table = self.table();
        let Some(table) = table.as_ref() else {
            return;
        };
        let line = table.row(&epoch);
        match self.mode {
            Mode::None => {}
            Mode::Plain => self.bar.suspend(|| self.print(&line)),
            Mode::Tui => {
                let mut held = self.held();
                // Only the name of the run is there: this is the first epoch.
                if held.len() == 1 {
                    held.extend(table.header());
                }
                held.push(line);
            }
        }
    }

    fn renderer(
        &self,
        interrupter: &Interrupter,
        outline: &Outline,
    ) -> Result<Box<dyn MetricsRenderer>, Failure> {
        let (_, columns) = if self.json {
            stderr_size()
        } else {
            stdout_size()
        };
        let table = EpochTable::new(outline.held_out, columns);
        *self.table() = Some(table.clone());
        if self.mode != Mode::Tui {
            if self.has_table() {
                table.header().iter().for_each(|line| self.say(line));
            }
            self.bar.set_style(style(Counted::ImagesOfEpoch));
            if self.mode == Mode::Plain && self.trials.is_none() {
                self.bar.set_draw_target(draw_target());
            }
            let (_, columns) = stderr_size();
            let renderer = ProgressRenderer::new(self.bar.clone(), outline, columns);
            return Ok(Box::new(renderer));
        }
        // The dashboard hides what was said before it, and some terminals do not bring it back.
        let title = format!("{}, in {}", outline.title(), outline.folder.display());
        *self.held() = vec![title];
        *self.quiet() = Some(QuietStderr::new());
        let resumed_after = Some(outline.done).filter(|&done| done > 0);
        let renderer = TuiMetricsRendererWrapper::new(interrupter.clone(), resumed_after);
        // The dashboard does not start then, and the error belongs on the terminal.
        raw_mode::keep_ctrl_c().inspect_err(|_| {
            *self.quiet() = None;
            self.held().clear();
        })?;
        Ok(Box::new(Dashboard::new(renderer, outline, columns)))
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
