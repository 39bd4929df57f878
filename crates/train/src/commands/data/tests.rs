use std::path::Path;

use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake};
use crate::run::data::DataSource;

fn data(line: &str) -> DataCommand {
    match command(&format!("data {line}")) {
        Command::Data(command) => command,
        other => panic!("{other:?}"),
    }
}

fn preview(flags: &str) -> PreviewArgs {
    match data(&format!("preview {flags}")) {
        DataCommand::Preview(args) => args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_path_is_checked_as_a_path() {
    let DataCommand::Check(args) = data("check some/folder") else {
        panic!("not a check");
    };
    assert_eq!(args.data, DataSource::Path("some/folder".into()));
}

#[test]
fn a_check_needs_data() {
    assert_eq!(mistake("data check"), ErrorKind::MissingRequiredArgument);
}

#[test]
fn the_alpha_of_a_preview_is_that_of_the_article() {
    assert_eq!(preview("").alpha, 0.2);
}

#[test]
fn a_preview_draws_eight_pairs_of_seed_1() {
    let args = preview("");
    assert_eq!((args.pairs, args.seed), (8, 1));
    assert_eq!(args.out, Path::new("preview.png"));
}

#[test]
fn a_preview_has_from_1_to_400_pairs() {
    assert_eq!(preview("--pairs 400").pairs, 400);
    for wrong in ["0", "401"] {
        let line = format!("data preview --pairs {wrong}");
        assert_eq!(mistake(&line), ErrorKind::ValueValidation, "{wrong}");
    }
}

/// λ has no distribution without a positive alpha.
#[test]
fn a_negative_alpha_is_refused_by_its_flag() {
    let args = preview("--alpha=-1 --data synthetic");
    let failure = preview::run(&args).unwrap_err();
    assert!(failure.to_string().starts_with("--alpha: "), "{failure}");
    assert_eq!(failure.hint(), "give another --alpha");
}
