//! Keeps stderr away from the terminal while the dashboard has it.

/// While this lives, what is written to stderr goes nowhere, if stderr is a terminal.
///
/// The dashboard's libraries print there when they cannot restore a terminal that was closed. If that fails
/// too, they panic while they panic, which ends the process. A line there would also spoil the dashboard.
#[derive(Debug)]
pub(crate) struct QuietStderr {
    #[cfg(unix)]
    terminal: Option<std::os::fd::OwnedFd>,
}

#[cfg(unix)]
impl QuietStderr {
    /// Takes stderr away from the terminal.
    pub(crate) fn new() -> Self {
        Self {
            terminal: redirected().ok(),
        }
    }
}

/// Sends stderr to nowhere, and returns what it was.
#[cfg(unix)]
fn redirected() -> std::io::Result<std::os::fd::OwnedFd> {
    use std::io::{Error, ErrorKind, IsTerminal, stderr};
    use std::os::fd::AsFd;

    if !stderr().is_terminal() {
        return Err(Error::from(ErrorKind::Unsupported));
    }
    let terminal = stderr().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stderr(crate::files::nowhere()?)?;
    Ok(terminal)
}

#[cfg(unix)]
impl Drop for QuietStderr {
    fn drop(&mut self) {
        if let Some(terminal) = &self.terminal {
            // Without it only messages are lost, and the exit code still tells.
            let _ = rustix::stdio::dup2_stderr(terminal);
        }
    }
}

#[cfg(not(unix))]
impl QuietStderr {
    /// Does nothing: on other systems a closed terminal ends the process.
    pub(crate) fn new() -> Self {
        Self {}
    }
}
