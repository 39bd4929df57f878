//! `--help` of every command: its width, and that what it names exists.

use std::path::Path;

use clap::CommandFactory;
use mixup_train::commands::arguments::Cli;

use crate::scratch::Scratch;

/// The help of `mixup COMMAND --help` on a terminal of 80 columns.
fn help(command: &str) -> String {
    let scratch = Scratch::new();
    let line = format!("{command} --help");
    let mut command = scratch.command(&line);
    command.env("COLUMNS", "80");
    let ended = Scratch::finish(&line, command).succeeded();
    assert_eq!(ended.stderr, "");
    ended.stdout
}

/// The commands and the commands below them, as words of a command line.
fn commands() -> Vec<String> {
    fn below(command: &clap::Command, line: &str, found: &mut Vec<String>) {
        found.push(line.to_owned());
        for below_it in command.get_subcommands() {
            let line = format!("{line} {}", below_it.get_name());
            below(below_it, line.trim_start(), found);
        }
    }
    let mut found = vec![];
    below(&Cli::command(), "", &mut found);
    assert!(found.len() >= 13, "{found:?}");
    found
}

#[test]
fn the_help_of_every_command_fits_in_80_columns() {
    for command in commands() {
        for line in help(&command).lines() {
            let width = line.chars().count();
            assert!(
                width <= 80,
                "mixup {command} --help, {width} columns: {line}"
            );
        }
    }
}

#[test]
fn the_help_lists_every_command() {
    let text = help("");
    for command in Cli::command().get_subcommands() {
        let start = format!("  {} ", command.get_name());
        let listed = text.lines().any(|line| line.starts_with(&start));
        assert!(listed, "{start}in:\n{text}");
    }
}

#[test]
fn only_the_four_flags_of_tables_stand_under_their_heading() {
    const HEADING: &str = "Parquet files and sets of the hub:";
    for command in commands() {
        let help = help(&command);
        let Some((_, below)) = help.split_once(HEADING) else {
            continue;
        };
        let flags = below
            .lines()
            .take_while(|line| line.is_empty() || line.starts_with(' '));
        let flags = flags
            .filter(|line| line.trim_start().starts_with("--"))
            .count();
        assert_eq!(flags, 4, "{command}: {below}");
    }
}

#[test]
fn every_argument_has_a_help_text() {
    fn check(command: &clap::Command) {
        for argument in command.get_arguments() {
            let text = argument.get_help().map(ToString::to_string);
            let name = format!("{} {}", command.get_name(), argument.get_id());
            assert!(text.is_some_and(|text| text.len() > 5), "{name}");
        }
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}

#[test]
fn every_command_says_what_it_does_in_one_line() {
    fn check(command: &clap::Command) {
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_else(|| panic!("{}", command.get_name()));
        assert!(about.len() > 10 && !about.contains('\n'), "{about}");
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}

/// Examples in the help, such as `experiments/mixup.toml`, can be copied.
#[test]
fn experiments_that_the_help_names_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut named = 0;
    for command in commands() {
        // A name must not be broken over two lines, so read it unwrapped.
        for word in help(&command).split_whitespace() {
            let word = word.trim_matches(|character: char| !character.is_alphanumeric());
            if word.starts_with("experiments/") {
                assert!(root.join(word).exists(), "mixup {command} --help: {word}");
                named += 1;
            }
        }
    }
    assert!(named >= 4, "{named} names");
}

/// Lines of a help that are command lines, without what follows for the shell.
fn command_lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| line.starts_with("mixup ") && !line.contains("--help"));
    lines
        .map(|line| line.split(['>', '|']).next().unwrap().trim())
        .collect()
}

#[test]
fn command_lines_in_the_help_parse() {
    use clap::Parser;
    for command in commands() {
        let text = help(&command);
        for line in command_lines(&text) {
            let parsed = Cli::try_parse_from(line.split_whitespace());
            assert!(parsed.is_ok(), "mixup {command} --help: {line}");
        }
    }
}

/// The examples begin with the command, so that they are its own.
#[test]
fn the_help_of_every_command_ends_with_examples() {
    for command in commands() {
        let text = help(&command);
        let examples = text
            .split_once("\nExamples:\n")
            .map(|(_, examples)| examples);
        let examples = examples.unwrap_or_else(|| panic!("mixup {command} --help:\n{text}"));
        let found = command_lines(examples);
        assert!(found.len() >= 2, "mixup {command} --help: {found:?}");
        let start = format!("mixup {command}");
        let own = found
            .iter()
            .filter(|line| line.starts_with(start.trim_end()));
        assert!(own.count() >= 1, "mixup {command} --help: {found:?}");
    }
}

/// The experiments in examples are files or names that the program knows.
#[test]
fn experiments_in_examples_are_there() {
    let listed = Scratch::new().run("experiments list").succeeded().stdout;
    let names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let mut named = 0;
    for command in ["train", "compare", "bench", "experiments show"] {
        for line in command_lines(&help(command)) {
            let words = line.strip_prefix(&format!("mixup {command}")).unwrap_or("");
            let words = words.split_whitespace();
            for word in words.take_while(|word| !word.starts_with("--")) {
                assert!(names.contains(&word), "{line}: {word}");
                named += 1;
            }
        }
    }
    assert!(named >= 8, "{named} names");
}

#[test]
fn the_version_is_that_of_the_package() {
    let ended = Scratch::new().run("--version").succeeded();
    assert_eq!(
        ended.stdout,
        format!("mixup {}\n", env!("CARGO_PKG_VERSION"))
    );
}

/// `mixup` by itself is a mistake, but it shows the commands.
#[test]
fn without_a_command_the_help_goes_to_stderr() {
    let ended = Scratch::new().run("");
    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains("Commands:"), "{}", ended.stderr);
}

/// The values that `--help` lists for a flag, one a line.
fn values(text: &str, flag: &str) -> Vec<String> {
    let (_, rest) = text.split_once(&format!("      {flag} <")).unwrap();
    let lines = rest.lines().skip(1).map(str::trim);
    let lines = lines.take_while(|line| !line.starts_with('-') || line.starts_with("- "));
    let named = lines.filter_map(|line| line.strip_prefix("- ")?.split_once(": "));
    named.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn the_help_lists_the_values_of_ui() {
    assert_eq!(
        values(&help("train"), "--ui"),
        ["auto", "tui", "plain", "none"]
    );
}

#[test]
fn the_help_lists_the_values_of_device() {
    let devices = ["auto", "cpu", "gpu", "gpu:N"];
    assert_eq!(values(&help("train"), "--device"), devices);
}

#[test]
fn the_help_lists_the_kernels() {
    let kernels = ["auto", "burn", "avx512", "avx2", "neon", "scalar"];
    assert_eq!(values(&help("train"), "--kernels"), kernels);
}
