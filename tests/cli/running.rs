//! A command that is still running: waiting for a moment, stopping it.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::scratch::Scratch;

/// A running command. It does not outlive its test.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Starts `mixup LINE`.
    pub(crate) fn start(scratch: &Scratch, line: &str) -> Self {
        Self::spawn(scratch.command(line))
    }

    /// Starts a command, keeping its stderr.
    pub(crate) fn spawn(mut command: Command) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// Waits until `ready`, checking often enough to hit a short moment.
    pub(crate) fn wait_for(&mut self, ready: impl Fn() -> bool) {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.0.try_wait().unwrap() {
                panic!("it ended too early: {status}\n{}", self.stderr());
            }
            assert!(start.elapsed() < Duration::from_secs(300), "it hangs");
            sleep(Duration::from_micros(300));
        }
    }

    /// Sends the signal, waits for exit code 130, and returns stderr.
    pub(crate) fn stop(&mut self, signal: &str) -> String {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.unwrap().success());
        let status = self.0.wait().unwrap();
        assert_eq!(status.code(), Some(130), "{status}");
        self.stderr()
    }

    /// The stderr of a command that has ended.
    pub(crate) fn stderr(&mut self) -> String {
        std::io::read_to_string(self.0.stderr.take().unwrap()).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How many epochs `metrics.jsonl` has.
pub(crate) fn lines(scratch: &Scratch, run: &str) -> usize {
    let text = fs::read_to_string(scratch.path(run).join("metrics.jsonl"));
    text.map_or(0, |text| text.lines().count())
}
