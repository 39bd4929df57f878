//! Ctrl-C: the first stops the current run, a second ends the process at once.

use std::io::Write;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use burn::train::Interrupter;

use crate::run::watch::Watch;

/// The run that a Ctrl-C stops.
static CURRENT: Mutex<Option<Current>> = Mutex::new(None);

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
            let _ = writeln!(
                std::io::stderr(),
                "stopped by the user\nhint: a run that has begun can be resumed with --resume"
            );
            std::process::exit(INTERRUPTED);
        }
    }
}

impl Drop for StopOnSignal {
    fn drop(&mut self) {
        *current() = None;
    }
}
