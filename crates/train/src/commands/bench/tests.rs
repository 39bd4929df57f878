use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake, refusal};
use crate::comparison::example::experiment_file;

fn arguments(flags: &str) -> BenchArgs {
    match command(&format!("bench {flags}")) {
        Command::Bench(args) => args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_default_experiment_is_that_of_the_article() {
    let (found, name) = experiment(&arguments("")).unwrap();
    let expected = Experiment::read(&experiment_file("mixup.toml")).unwrap();
    assert_eq!((found, name.as_str()), (expected, "mixup"));
}

#[test]
fn an_experiment_has_the_name_of_its_file() {
    let file = experiment_file("baseline.toml");
    let (found, name) = experiment(&arguments(&file.display().to_string())).unwrap();
    assert_eq!((found.mixing.alpha, name.as_str()), (0.0, "baseline"));
}

#[test]
fn the_batch_size_can_be_changed() {
    let (found, _) = experiment(&arguments("--batch-size 7")).unwrap();
    assert_eq!(found.batch_size, 7);
}

#[test]
fn the_default_data_are_built_in() {
    assert_eq!(arguments("").data, DataSource::Synthetic);
}

#[test]
fn the_default_time_is_ten_seconds() {
    assert_eq!(arguments("").seconds, 10.0);
}

#[test]
fn a_fraction_of_a_second_is_enough() {
    assert_eq!(seconds("0.25"), Ok(0.25));
}

#[test]
fn the_longest_time_is_a_day() {
    assert_eq!(seconds("86400"), Ok(86_400.0));
    assert!(seconds("86401").is_err());
}

#[test]
fn what_is_no_time_is_refused() {
    let expected = "expected seconds: a number above 0, up to 86400";
    for wrong in ["0", "-1", "nan", "inf", "ten", ""] {
        assert_eq!(seconds(wrong), Err(expected.into()), "{wrong:?}");
    }
}

#[test]
fn a_time_and_a_number_of_windows_contradict_each_other() {
    assert_eq!(
        mistake("bench --seconds 1 --windows 1"),
        ErrorKind::ArgumentConflict
    );
}

#[test]
fn windows_alone_are_taken() {
    assert_eq!(arguments("--windows 3").windows, Some(3));
}

#[test]
fn a_batch_has_an_image() {
    let said = refusal("bench --batch-size 0");
    assert!(said.contains("1..=1000000"), "{said}");
}

#[test]
fn training_is_measured_unless_inference_is_asked_for() {
    assert!(!arguments("").forward);
    assert!(arguments("--forward --batch-size 1").forward);
}

#[test]
fn inference_of_one_image_does_not_need_partners_in_its_batch() {
    let file = experiment_file("paper.toml");
    let flags = format!("{} --batch-size 1", file.display());
    assert!(experiment(&arguments(&flags)).is_err());
    let (found, _) = experiment(&arguments(&format!("{flags} --forward"))).unwrap();
    assert_eq!((found.batch_size, found.mixing.alpha), (1, 0.0));
}
