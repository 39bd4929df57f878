//! A command that has ended, and what holds for every one that failed.

use serde_json::Value;

/// A command that has ended.
pub(crate) struct Ended {
    pub(crate) line: String,
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "mixup {}\n{}", self.line, self.stderr);
        self
    }

    /// Asserts the exit code, an `error:` line, a `hint:` line and nothing else. Returns both lines.
    pub(crate) fn failed_with(self, code: i32) -> String {
        let Self {
            line,
            code: found,
            stdout,
            stderr,
        } = self;
        let told = format!("mixup {line}\n{stderr}");
        assert_eq!(found, Some(code), "{told}");
        assert_eq!(stdout, "", "{told}");
        let lines: Vec<&str> = stderr.lines().collect();
        let [error, hint] = lines[..] else {
            panic!("expected two lines: {told}");
        };
        for (line, start) in [(error, "error: "), (hint, "hint: ")] {
            let words = line.strip_prefix(start).unwrap_or_else(|| panic!("{told}"));
            assert!(words.len() > 10, "{told}");
        }
        stderr
    }

    /// The one line of stdout, as JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// The lines of the table of epochs in `text`: they begin with the epoch.
pub(crate) fn epoch_lines(text: &str) -> Vec<&str> {
    let is_epoch = |line: &&str| {
        let first = line.split_whitespace().next();
        first.is_some_and(|word| word.parse::<usize>().is_ok()) && line.contains('%')
    };
    text.lines().filter(is_epoch).collect()
}
