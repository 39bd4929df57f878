use clap::error::ErrorKind;
use mixup_evidence::ChosenBy;
use serde_json::Value;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake};
use crate::run::data::DataSource;

fn summary() -> Summary {
    Summary {
        experiment: "mixup".into(),
        seed: 7,
        epochs: 30,
        parameters: 10,
        last_test_accuracy: 0.7654,
        last_test_loss: 0.5,
        best_test_accuracy: 0.7712,
        best_epoch: 28,
        best_chosen_by: ChosenBy::Test,
        images: 40,
        seconds: 2.0,
        cpu_seconds: None,
    }
}

fn arguments(line: &str) -> TrainArgs {
    match command(line) {
        Command::Train(args) => args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_to_train_is_refused() {
    assert_eq!(mistake("train"), ErrorKind::MissingRequiredArgument);
    assert_eq!(
        mistake("train --epochs 3"),
        ErrorKind::MissingRequiredArgument
    );
}

#[test]
fn a_resumed_run_needs_no_experiment() {
    let args = arguments("train --resume run");
    assert_eq!((args.experiment, args.resume), (None, Some("run".into())));
}

#[test]
fn a_resumed_run_can_be_checked_against_an_experiment() {
    let args = arguments("train a.toml --resume run --epochs 9");
    assert_eq!(args.experiment, Some("a.toml".into()));
    assert_eq!(args.epochs, Some(9));
}

#[test]
fn a_resumed_run_keeps_its_seed() {
    assert_eq!(
        mistake("train --resume run --seed 2"),
        ErrorKind::ArgumentConflict
    );
}

#[test]
fn a_resumed_run_keeps_its_folder() {
    assert_eq!(
        mistake("train --resume run --out other"),
        ErrorKind::ArgumentConflict
    );
}

#[test]
fn the_largest_seed_is_that_of_32_bits() {
    let args = arguments("train a.toml --seed 4294967295");
    assert_eq!(args.seed, Some(u32::MAX));
    assert_eq!(
        mistake("train a.toml --seed 4294967296"),
        ErrorKind::ValueValidation
    );
}

#[test]
fn without_data_a_new_run_takes_cifar10() {
    let args = arguments("train a.toml");
    assert_eq!(args.data.source(), DataSource::CIFAR10);
}

#[test]
fn empty_data_is_refused() {
    assert_eq!(mistake("train a.toml --data="), ErrorKind::ValueValidation);
}

#[test]
fn the_result_names_the_last_and_the_best_epoch() {
    assert_eq!(
        in_words(&summary(), "images"),
        "mixup, seed 7: 76.54% of the test images after epoch 30 (best: 77.12% after epoch 28)"
    );
}

#[test]
fn the_json_is_the_summary_with_the_run_folder() {
    let line = files::json_line(&TrainedRun {
        run: "runs/a".into(),
        summary: &summary(),
    });
    let mut found: Value = serde_json::from_str(&line).unwrap();
    let run = found.as_object_mut().unwrap().remove("run");
    assert_eq!(run, Some("runs/a".into()));
    assert_eq!(found, serde_json::to_value(summary()).unwrap());
}

#[test]
fn an_experiment_that_is_not_there_is_refused() {
    let args = arguments("train no/such.toml --ui none");
    let failure = run(&args).unwrap_err();
    let expected = "no/such.toml: ";
    assert!(failure.to_string().starts_with(expected), "{failure}");
    assert_eq!(failure.exit_code(), 2);
}
