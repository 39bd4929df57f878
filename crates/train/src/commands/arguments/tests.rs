use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use super::*;

fn parse(line: &str) -> Result<Command, clap::Error> {
    let words = std::iter::once("mixup").chain(line.split_whitespace());
    Cli::try_parse_from(words).map(|cli| cli.command)
}

/// The command of `mixup LINE`.
pub(crate) fn command(line: &str) -> Command {
    parse(line).unwrap_or_else(|error| panic!("mixup {line}: {error}"))
}

/// The kind of mistake in `mixup LINE`.
pub(crate) fn mistake(line: &str) -> ErrorKind {
    parse(line).unwrap_err().kind()
}

/// What the user reads after `mixup LINE`.
pub(crate) fn refusal(line: &str) -> String {
    parse(line).unwrap_err().to_string()
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn a_subcommand_of_data_has_its_variant() {
    let found = command("data check synthetic");
    assert!(
        matches!(found, Command::Data(DataCommand::Check(_))),
        "{found:?}"
    );
}

#[test]
fn only_compare_and_demo_take_trials() {
    assert_eq!(
        mistake("train a.toml --trials 2"),
        ErrorKind::UnknownArgument
    );
    assert!(matches!(command("demo --trials 2"), Command::Demo(_)));
}

#[test]
fn the_demo_takes_no_data() {
    assert_eq!(mistake("demo --data synthetic"), ErrorKind::UnknownArgument);
}

#[test]
fn a_table_is_no_json() {
    assert_eq!(
        mistake("table rows.jsonl --json"),
        ErrorKind::UnknownArgument
    );
}
