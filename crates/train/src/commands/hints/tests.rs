use std::io::{Error, ErrorKind};
use std::path::Path;

use clap::CommandFactory;

use super::*;
use crate::commands::arguments::Cli;
use crate::commands::arguments::tests::command;

/// Each kind of command, and a line that asks for it.
const LINES: [(CommandKind, &str); 12] = [
    (CommandKind::Train, "train a.toml"),
    (CommandKind::Resume, "train --resume run"),
    (CommandKind::Compare, "compare a.toml b.toml"),
    (CommandKind::Report, "report runs"),
    (CommandKind::Table, "table rows.jsonl"),
    (CommandKind::Demo, "demo"),
    (CommandKind::Evaluate, "evaluate --weights w"),
    (CommandKind::Predict, "predict a.png --weights w"),
    (CommandKind::Bench, "bench"),
    (CommandKind::DataFetch, "data fetch"),
    (CommandKind::DataCheck, "data check synthetic"),
    (CommandKind::DataPreview, "data preview"),
];

/// Failures whose hints speak of flags.
fn failures() -> Vec<Failure> {
    let file = |kind: ErrorKind| Failure::file(Path::new("a"))(Error::from(kind));
    let missing = DataError::Missing { path: "a".into() };
    let format = DataError::Format {
        path: "a".into(),
        expected: "one".into(),
        found: "other".into(),
        hint: None,
    };
    vec![
        file(ErrorKind::StorageFull),
        file(ErrorKind::PermissionDenied),
        missing.into(),
        format.into(),
        Failure::Training("no device".into()),
        Failure::Diverged { runs: vec![] },
        Failure::Output(ErrorKind::StorageFull.into()),
        Failure::Stopped,
    ]
}

/// The flags of the command that `line` asks for.
fn flags(line: &str) -> Vec<String> {
    let mut command = Cli::command();
    command.build();
    for word in line.split(' ') {
        match command.find_subcommand(word) {
            Some(below) => command = below.clone(),
            None => break,
        }
    }
    let arguments = command.get_arguments();
    arguments
        .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
        .collect()
}

#[test]
fn each_command_line_has_its_kind() {
    for (kind, line) in LINES {
        assert_eq!(CommandKind::from(&command(line)), kind, "{line}");
    }
}

/// Hints that name another command are for that command.
#[test]
fn a_hint_speaks_only_of_flags_that_the_command_has() {
    for (kind, line) in LINES {
        let known = flags(line);
        let reads_data = !matches!(
            kind,
            CommandKind::Report | CommandKind::Table | CommandKind::Demo | CommandKind::DataFetch
        );
        for failure in failures() {
            if !reads_data && matches!(failure, Failure::Data(_)) {
                continue;
            }
            let hint = kind.hint(&failure);
            let own = hint.split("mixup ").next().unwrap_or_default();
            for word in own.split(|c: char| !(c.is_alphanumeric() || c == '-')) {
                let is_flag = word.starts_with("--");
                let is_known = known.iter().any(|flag| flag == word);
                assert!(!is_flag || is_known, "mixup {line}: {word} in: {hint}");
            }
        }
    }
}

#[test]
fn a_missing_picture_is_no_missing_data() {
    let failure = DataError::Missing { path: "a".into() }.into();
    let hint = CommandKind::Predict.hint(&failure);
    assert_eq!(
        hint,
        "check the path; each IMAGE is a file such as a PNG or JPEG"
    );
}

#[test]
fn a_run_on_a_full_disk_is_told_how_it_continues() {
    let failure = Failure::file(Path::new("a"))(ErrorKind::StorageFull.into());
    let hint = |kind: CommandKind| kind.hint(&failure);
    assert!(hint(CommandKind::Train).contains("--resume"));
    assert!(hint(CommandKind::Demo).contains("finished runs are kept"));
    assert_eq!(hint(CommandKind::Table), "free some space");
}

#[test]
fn a_command_for_another_one_keeps_its_flags() {
    let hint = |words: &str| {
        let fault = DataError::Format {
            path: "C".into(),
            expected: "training and test images".into(),
            found: "others".into(),
            hint: Some(words.into()),
        };
        CommandKind::DataCheck.hint(&fault.into())
    };
    let evaluate = "judge a network with: mixup evaluate --weights RUN --data C";
    assert_eq!(hint(evaluate), evaluate);
    assert_eq!(
        hint("give this folder: --data C/D"),
        "give this folder: C/D"
    );
}
