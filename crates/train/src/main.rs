//! Parses the command line, runs the command, and prints how it ended badly.

#![recursion_limit = "256"]

use std::io::{self, Write};
use std::panic::catch_unwind;
use std::process::ExitCode;

use clap::Parser;
use mixup_evidence::printable;
use mixup_train::commands;
use mixup_train::commands::arguments::Cli;
use mixup_train::commands::hints::CommandKind;
use mixup_train::commands::misplaced::with_right_form;
use mixup_train::device::{log as device_log, threads};
use mixup_train::failure::Failure;
use mixup_train::output::{self, advise, complain, print_message};
use mixup_train::run::panics;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let words = std::env::args_os().skip(1);
            let words: Vec<String> = words
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            return usage(&with_right_form(error, &words));
        }
    };
    panics::keep_quiet();
    let kind = CommandKind::from(&cli.command);
    let result = catch_unwind(|| run(cli))
        .unwrap_or_else(|payload| Err(Failure::Training(panics::words(&*payload))));
    match result.and_then(|()| output::check()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end_badly(&failure, &kind.hint(&failure)),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    device_log::start()?;
    if let Some(note) = threads::start()? {
        print_message(&note);
    }
    commands::run(cli)
}

/// Prints what the parser of the command line has to say: a mistake, or the help that was asked for.
fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let is_long = text.chars().count() > output::LONGEST;
    let is_plain = |word: &str| printable(word) == word;
    let acts = std::env::args_os().any(|word| !is_plain(&word.to_string_lossy()));
    if error.use_stderr() && (is_long || acts) {
        // It repeats words of the user, which would fill the screen or act on it.
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.for_each(complain);
    } else {
        // In colour on a terminal.
        let printed = error.print().and_then(|()| io::stdout().flush());
        if !error.use_stderr() {
            output::keep(printed);
        }
    }
    match output::check() {
        Ok(()) => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
        Err(failure) => end_badly(&failure, &failure.hint()),
    }
}

/// Prints the failure and the way out. If stderr is closed, the exit code still tells.
fn end_badly(failure: &Failure, hint: &str) -> ExitCode {
    let prefix = if failure.is_requested_stop() {
        ""
    } else {
        "error: "
    };
    complain(&format!("{prefix}{failure}"));
    advise(hint);
    ExitCode::from(failure.exit_code())
}
