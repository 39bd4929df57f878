//! Parses the command line, runs the command, and prints how it ended badly.

#![recursion_limit = "256"]

use std::io::Write;
use std::panic::catch_unwind;
use std::process::ExitCode;

use clap::Parser;
use mixup_train::commands;
use mixup_train::commands::arguments::Cli;
use mixup_train::device::log as device_log;
use mixup_train::failure::Failure;
use mixup_train::run::panics;

fn main() -> ExitCode {
    let cli = Cli::parse();
    panics::keep_quiet();
    let result = catch_unwind(|| device_log::start().and_then(|()| commands::run(cli)))
        .unwrap_or_else(|payload| Err(Failure::Training(panics::words(&*payload))));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn complain(failure: &Failure) {
    let message = failure.to_string();
    let lines: Vec<&str> = message.split_whitespace().collect();
    let prefix = if failure.is_requested_stop() {
        ""
    } else {
        "error: "
    };
    // If stderr is closed, the exit code still tells.
    let _ = writeln!(
        std::io::stderr(),
        "{prefix}{}\nhint: {}",
        lines.join(" "),
        failure.hint()
    );
}
