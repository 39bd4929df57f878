//! Parses the command line, runs the command, and prints how it ended badly.

#![recursion_limit = "256"]

use std::panic::catch_unwind;
use std::process::ExitCode;

use clap::Parser;
use mixup_train::cli::Cli;
use mixup_train::failure::Failure;
use mixup_train::{commands, panics};

fn main() -> ExitCode {
    let cli = Cli::parse();
    panics::keep_quiet();
    let result = catch_unwind(|| commands::run(cli)).unwrap_or_else(|_| {
        let reason = panics::last().unwrap_or_default();
        Err(Failure::Training(reason))
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

#[expect(clippy::print_stderr, reason = "the one place that prints failures")]
fn complain(failure: &Failure) {
    let message = failure.to_string();
    let lines: Vec<&str> = message.split_whitespace().collect();
    eprintln!("error: {}", lines.join(" "));
    eprintln!("hint: {}", failure.hint());
}
