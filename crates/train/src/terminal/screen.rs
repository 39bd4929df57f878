//! The terminal at stderr, on which progress bars are drawn.

use std::io::{self, IsTerminal};

use console::Term;
use indicatif::{ProgressDrawTarget, TermLike};

/// Drawings a second, as many as Indicatif draws by default.
const RATE: u8 = 20;

/// Whether this terminal can only show lines: `TERM` is `dumb`, or it is unset where terminals set it.
pub(crate) fn is_dumb() -> bool {
    match std::env::var_os("TERM") {
        Some(term) => term.is_empty() || term == "dumb",
        None => cfg!(unix),
    }
}

/// Whether bars can be drawn.
pub(crate) fn has_bars() -> bool {
    io::stderr().is_terminal() && !is_dumb()
}

/// The lines and columns of the terminal at stdout; 24 and 80 if there is none.
pub(crate) fn stdout_size() -> (usize, usize) {
    size_of(&Term::stdout())
}

/// The lines and columns of the terminal at stderr; 24 and 80 if there is none.
pub(crate) fn stderr_size() -> (usize, usize) {
    size_of(&Term::stderr())
}

fn size_of(terminal: &Term) -> (usize, usize) {
    let (lines, columns) = terminal.size_checked().unwrap_or((24, 80));
    (lines.into(), columns.into())
}

/// Where bars are drawn: nowhere, unless stderr is a terminal that can move its cursor.
pub(crate) fn draw_target() -> ProgressDrawTarget {
    if has_bars() {
        ProgressDrawTarget::term_like_with_hz(Box::new(Screen(Term::buffered_stderr())), RATE)
    } else {
        ProgressDrawTarget::hidden()
    }
}

/// A terminal on which every drawing succeeds.
///
/// Indicatif panics if it cannot draw several bars. A terminal that was closed is no reason to end a run.
#[derive(Debug)]
struct Screen(Term);

impl TermLike for Screen {
    fn width(&self) -> u16 {
        self.0.size().1
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines).or(Ok(()))
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines).or(Ok(()))
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns).or(Ok(()))
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns).or(Ok(()))
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text).or(Ok(()))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text).or(Ok(()))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line().or(Ok(()))
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush().or(Ok(()))
    }
}
