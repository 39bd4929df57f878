//! Makes Ctrl-C work in the dashboard's terminal.

use crate::failure::Failure;

/// Waits until the dashboard has the terminal in raw mode, then lets Ctrl-C be a signal again.
///
/// Raw mode hands Ctrl-C to the dashboard as a key, and the dashboard ignores it.
///
/// # Errors
/// [`Failure::Usage`] if the dashboard does not start, because its thread has died.
#[cfg(unix)]
pub(crate) fn keep_ctrl_c() -> Result<(), Failure> {
    use std::time::{Duration, Instant};

    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

    /// `_POSIX_VDISABLE`.
    const DISABLED: u8 = if cfg!(target_os = "linux") { 0 } else { 0xff };

    let refused = |reason: &str| {
        Failure::usage(
            format!("--ui tui: the dashboard does not start on this terminal ({reason})"),
            "use --ui plain",
        )
    };
    let terminal = std::io::stdin();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        let mut modes = tcgetattr(&terminal).map_err(|error| refused(&error.to_string()))?;
        if !modes.local_modes.contains(LocalModes::ICANON) {
            modes.local_modes.insert(LocalModes::ISIG);
            // Suspending or aborting would leave the shell with a terminal in raw mode.
            for key in [SpecialCodeIndex::VSUSP, SpecialCodeIndex::VQUIT] {
                modes.special_codes[key] = DISABLED;
            }
            return tcsetattr(&terminal, OptionalActions::Now, &modes)
                .map_err(|error| refused(&error.to_string()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(refused("no raw mode"))
}

/// On other systems the dashboard's own `q` stops a run.
#[cfg(not(unix))]
pub(crate) fn keep_ctrl_c() -> Result<(), Failure> {
    Ok(())
}
