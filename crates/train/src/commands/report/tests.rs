use std::path::Path;

use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake};

fn folder(line: &str) -> PathBuf {
    match command(line) {
        Command::Report(args) => args.folder(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_report_of_one_folder_goes_into_it() {
    assert_eq!(folder("report both"), Path::new("both"));
}

#[test]
fn the_report_of_several_folders_goes_into_report() {
    assert_eq!(folder("report a b"), Path::new("report"));
}

#[test]
fn a_folder_can_be_named() {
    assert_eq!(folder("report a b --out c"), Path::new("c"));
    assert_eq!(folder("report a --out c"), Path::new("c"));
}

#[test]
fn a_report_of_nothing_is_refused() {
    assert_eq!(mistake("report"), ErrorKind::MissingRequiredArgument);
}

#[test]
fn a_label_can_have_spaces() {
    use clap::Parser;
    let words = ["mixup", "report", "a", "--label", "with mixup"];
    let cli = crate::commands::arguments::Cli::try_parse_from(words).unwrap();
    let Command::Report(args) = cli.command else {
        panic!("{cli:?}");
    };
    assert_eq!(args.label.as_deref(), Some("with mixup"));
}
