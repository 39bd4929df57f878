//! The lines that go to stdout and stderr: the one place that writes them.

use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mixup_evidence::printable;

use crate::failure::Failure;

/// The most characters of an error that are shown: fewer than a screen of 80 columns and 24 lines has.
pub const LONGEST: usize = 1800;

/// The first line that stdout did not take, and why.
static PROBLEM: Mutex<Option<io::Error>> = Mutex::new(None);

fn problem() -> MutexGuard<'static, Option<io::Error>> {
    // An optional error is valid whatever panicked.
    PROBLEM.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints a line on stdout, with control characters in a visible form.
///
/// Nothing stops if it cannot be written: [`check`] says so when the command has done its work.
pub(crate) fn print_result(line: &str) {
    let line = format!("{}\n", printable(line));
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(line.as_bytes());
    keep(written.and_then(|()| stdout.flush()));
}

/// Prints a text of the program itself on stdout, byte for byte, such as an experiment that it carries. It may hold
/// tabs, which [`print_result`] would show as `\t`.
pub(crate) fn print_text(text: &str) {
    print_bytes(text.as_bytes());
}

/// Prints bytes for another program, as they are. A terminal could obey them.
pub(crate) fn print_bytes(bytes: &[u8]) {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes);
    keep(written.and_then(|()| stdout.flush()));
}

/// Keeps a failure to write to stdout for [`check`].
pub fn keep(written: io::Result<()>) {
    if let Err(error) = written
        && !reader_left(&error)
    {
        problem().get_or_insert(error);
    }
}

/// Whether nobody can read stdout any more: a pipe whose reader has ended, such as `head`, or a terminal
/// that was closed. That is no failure of this program.
fn reader_left(error: &io::Error) -> bool {
    error.kind() == ErrorKind::BrokenPipe || is_closed_terminal(error)
}

/// A closed terminal answers with an input/output error, as does a disk that fails.
#[cfg(unix)]
fn is_closed_terminal(error: &io::Error) -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;

    let is_device = || {
        let stdout = io::stdout().as_fd().try_clone_to_owned()?;
        Ok::<_, io::Error>(
            crate::files::File::from(stdout)
                .metadata()?
                .file_type()
                .is_char_device(),
        )
    };
    error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
        && is_device().unwrap_or(false)
}

#[cfg(not(unix))]
fn is_closed_terminal(_error: &io::Error) -> bool {
    false
}

/// Succeeds if stdout has taken every line, or had no reader.
///
/// # Errors
/// [`Failure::Output`] with the first error.
pub fn check() -> Result<(), Failure> {
    problem()
        .take()
        .map_or(Ok(()), |error| Err(Failure::Output(error)))
}

/// Prints a line on stderr, with control characters in a visible form. If it cannot be written, nothing
/// happens: no result depends on it.
pub fn print_message(line: &str) {
    let line = format!("{}\n", printable(line));
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Prints an error on stderr, as one line. The middle of a line longer than a screen is left out.
pub fn complain(line: &str) {
    print_message(&readable(line));
}

/// Prints a way out on stderr, as one line and whole: a command in it must stay one that can be pasted.
pub fn advise(hint: &str) {
    print_message(&format!("hint: {}", on_one_line(hint)));
}

/// `text` as [`complain`] prints it.
pub(crate) fn readable(text: &str) -> String {
    shortened(&printable(&on_one_line(text)))
}

/// The lines of `text`, one after another. Blanks within a line stay: they may be part of a path.
fn on_one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// `line` with at most [`LONGEST`] characters and a few words about what is left out.
fn shortened(line: &str) -> String {
    let length = line.chars().count();
    if length <= LONGEST {
        return line.to_owned();
    }
    // Room for the words in between.
    let kept = LONGEST - 60;
    // The start names the file, which is of more use than the end.
    let (start, end) = (kept * 3 / 4, kept / 4);
    let first: String = line.chars().take(start).collect();
    let last: String = line.chars().skip(length - end).collect();
    let left_out = length - start - end;
    format!("{first}… ({left_out} characters left out) …{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_one_and_blanks_stay() {
        let text = "a  b\n\n  c: 'd  e'\n";
        assert_eq!(on_one_line(text), "a  b c: 'd  e'");
    }

    #[test]
    fn a_line_that_fits_is_whole() {
        let line = "ε".repeat(LONGEST);
        assert_eq!(shortened(&line), line);
    }

    #[test]
    fn the_middle_of_a_long_line_is_left_out_and_counted() {
        let line = format!("start{}end", "ε".repeat(100_000));
        let short = shortened(&line);
        assert!(short.starts_with("startεε") && short.ends_with("εεend"));
        assert!(
            short.chars().count() <= LONGEST,
            "{}",
            short.chars().count()
        );
        let shown = short.chars().filter(|c| *c == 'ε').count();
        let words = format!("({} characters left out)", 100_000 - shown);
        assert!(short.contains(&words), "{short}");
    }

    #[test]
    fn a_closed_pipe_is_no_failure_and_a_full_disk_is_one() {
        keep(Err(ErrorKind::BrokenPipe.into()));
        assert!(check().is_ok());
        keep(Ok(()));
        keep(Err(ErrorKind::StorageFull.into()));
        keep(Err(ErrorKind::Other.into()));
        let failure = check().unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.to_string().starts_with("stdout: "), "{failure}");
        assert!(check().is_ok());
    }
}
