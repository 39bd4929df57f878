//! Ctrl-C: the first stops the run under way, a second ends the process at once.

use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use burn::train::Interrupter;

/// The run that a Ctrl-C stops.
static CURRENT: Mutex<Option<Interrupter>> = Mutex::new(None);

/// Exit code of a process that the user stopped.
const INTERRUPTED: i32 = 130;

fn current() -> MutexGuard<'static, Option<Interrupter>> {
    // An optional handle is valid whoever panicked.
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this lives, Ctrl-C (SIGINT, SIGTERM, SIGHUP) stops the run of its interrupter.
pub struct StopOnSignal;

impl StopOnSignal {
    /// Ties the signals to `interrupter`.
    pub fn new(interrupter: &Interrupter) -> Self {
        static HANDLER: Once = Once::new();
        *current() = Some(interrupter.clone());
        HANDLER.call_once(|| {
            let handler = || match &*current() {
                Some(run) if !run.should_stop() => run.stop(Some("stopped by the user")),
                _ => std::process::exit(INTERRUPTED),
            };
            // Without a handler Ctrl-C still ends the process, and the run folder stays whole.
            let _ = ctrlc::set_handler(handler);
        });
        Self
    }
}

impl Drop for StopOnSignal {
    fn drop(&mut self) {
        *current() = None;
    }
}
