//! Ctrl-C: the first stops the current run, a second ends the process at once.

use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use burn::train::Interrupter;

use crate::failure::Failure;
use crate::output::{advise, complain};
use crate::run::watch::Watch;

/// The run that a Ctrl-C stops.
static CURRENT: Mutex<Option<Current>> = Mutex::new(None);

/// How the command continues if it is stopped while no run trains. `None` if nothing is kept.
static WAY_ON: Mutex<Option<String>> = Mutex::new(None);

/// Exit code of a process that the user stopped.
const INTERRUPTED: i32 = 130;

struct Current {
    interrupter: Interrupter,
    dashboard: bool,
}

fn current() -> MutexGuard<'static, Option<Current>> {
    // An optional handle is valid whatever panicked.
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says in a hint how the command continues if it is stopped before, between or after its runs.
pub(crate) fn continues_by(hint: String) {
    *WAY_ON.lock().unwrap_or_else(PoisonError::into_inner) = Some(hint);
}

/// While this lives, Ctrl-C (SIGINT, SIGTERM, SIGHUP) stops the run of its interrupter.
pub(crate) struct StopOnSignal;

impl StopOnSignal {
    /// Ties the signals to `interrupter` for a run that `watch` follows.
    pub(crate) fn new(interrupter: &Interrupter, watch: &dyn Watch) -> Self {
        static HANDLER: Once = Once::new();
        *current() = Some(Current {
            interrupter: interrupter.clone(),
            dashboard: watch.owns_terminal(),
        });
        // Without a handler Ctrl-C still ends the process, and the run folder stays whole.
        HANDLER.call_once(|| drop(ctrlc::set_handler(on_signal)));
        Self
    }
}

fn on_signal() {
    match &*current() {
        Some(run) if !run.interrupter.should_stop() => {
            run.interrupter.stop(Some("stopped by the user"));
        }
        // The run ends within an iteration; ending at once would leave the dashboard's terminal.
        Some(run) if run.dashboard => {}
        _ => {
            let way_on = WAY_ON.lock().unwrap_or_else(PoisonError::into_inner);
            let hint = way_on.clone().unwrap_or_else(|| Failure::Stopped.hint());
            complain("stopped by the user");
            advise(&hint);
            std::process::exit(INTERRUPTED);
        }
    }
}

impl Drop for StopOnSignal {
    fn drop(&mut self) {
        *current() = None;
    }
}
