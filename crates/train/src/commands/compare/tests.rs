use std::path::Path;

use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake, refusal};
use crate::comparison::example::experiment_file;
use crate::comparison::seeds::Shard;
use crate::run::data::DataSource;

/// The plan of `mixup compare` for the article's two experiments with these flags.
fn planned(flags: &str) -> Result<ComparisonPlan, Failure> {
    let mixup = experiment_file("mixup.toml");
    let baseline = experiment_file("baseline.toml");
    let line = format!("compare {} {} {flags}", mixup.display(), baseline.display());
    match command(&line) {
        Command::Compare(args) => plan(&args),
        other => panic!("{other:?}"),
    }
}

#[test]
fn arms_have_the_names_of_their_files() {
    let plan = planned("").unwrap();
    assert_eq!(plan.names(), ["mixup", "baseline"]);
}

#[test]
fn the_default_is_six_pairs_from_the_seed_of_the_experiment() {
    assert_eq!(planned("").unwrap().seeds.0, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn trials_count_pairs() {
    assert_eq!(planned("--trials 2").unwrap().seeds.0, [1, 2]);
}

#[test]
fn seeds_replace_the_count() {
    assert_eq!(planned("--seeds 9,4-5").unwrap().seeds.0, [4, 5, 9]);
}

#[test]
fn trials_and_seeds_contradict_each_other() {
    assert_eq!(
        mistake("compare a b --trials 2 --seeds 1,2"),
        ErrorKind::ArgumentConflict
    );
}

#[test]
fn there_are_from_one_to_ten_thousand_trials() {
    assert!(planned("--trials 10000").is_ok());
    assert_eq!(
        mistake("compare a b --trials 0"),
        ErrorKind::ValueValidation
    );
    assert_eq!(
        mistake("compare a b --trials 10001"),
        ErrorKind::ValueValidation
    );
}

#[test]
fn seeds_that_come_twice_are_named() {
    let said = refusal("compare a b --seeds 3,3");
    assert!(said.contains("found 3 twice"), "{said}");
}

#[test]
fn the_default_folder_has_the_names_of_the_arms() {
    let plan = planned("").unwrap();
    assert_eq!(plan.out, Path::new("runs/mixup-against-baseline"));
}

#[test]
fn a_folder_can_be_named() {
    assert_eq!(planned("--out both").unwrap().out, Path::new("both"));
}

#[test]
fn epochs_count_for_both_arms() {
    let plan = planned("--epochs 3").unwrap();
    assert!(
        plan.arms
            .iter()
            .all(|(_, experiment)| experiment.epochs == 3)
    );
}

#[test]
fn no_epochs_are_refused_by_their_key() {
    let failure = planned("--epochs 0").unwrap_err();
    assert!(failure.to_string().starts_with("epochs: "), "{failure}");
}

#[test]
fn the_default_data_is_cifar10() {
    assert_eq!(planned("").unwrap().source, DataSource::CIFAR10);
}

#[test]
fn without_shard_all_pairs_are_trained() {
    assert_eq!(planned("").unwrap().shard, Shard::WHOLE);
}

#[test]
fn a_shard_that_does_not_exist_is_refused() {
    let said = refusal("compare a b --shard 5/4");
    assert!(said.contains("expected I/N with I from 1 to N"), "{said}");
}

#[test]
fn a_missing_baseline_is_refused() {
    assert_eq!(
        mistake("compare a.toml"),
        ErrorKind::MissingRequiredArgument
    );
}

#[test]
fn several_experiments_have_one_baseline() {
    let (mixup, cutmix) = (
        experiment_file("mixup.toml"),
        experiment_file("cutmix.toml"),
    );
    let baseline = experiment_file("baseline.toml");
    let files = [cutmix, mixup, baseline].map(|file| file.display().to_string());
    let line = format!("compare {} --trials 1", files.join(" "));
    let Command::Compare(args) = command(&line) else {
        panic!("{line}");
    };
    let plan = plan(&args).unwrap();
    assert_eq!(plan.names(), ["cutmix", "mixup", "baseline"]);
    assert_eq!(plan.out, Path::new("runs/cutmix-mixup-against-baseline"));
}

#[test]
fn a_default_folder_names_three_arms_at_most() {
    assert_eq!(folder(&["a", "b", "c", "z"]), "runs/a-b-c-against-z");
    assert_eq!(
        folder(&["a", "b", "c", "d", "z"]),
        "runs/a-b-c-and-1-more-against-z"
    );
}

#[test]
fn flags_may_stand_before_the_experiments() {
    let Command::Compare(args) = command("compare --trials 2 a.toml b.toml c.toml --out d") else {
        panic!("another command");
    };
    let names: Vec<&Path> = args.experiments.iter().map(PathBuf::as_path).collect();
    assert_eq!(names, [Path::new("a.toml"), Path::new("b.toml")]);
    assert_eq!(args.baseline, Path::new("c.toml"));
}

#[test]
fn changes_are_kept_as_they_were_written() {
    let plan = planned("--set batch_size=32 --set mixup:mixing.alpha=1").unwrap();
    assert_eq!(plan.changes, ["batch_size=32", "mixup:mixing.alpha=1"]);
    assert_eq!(plan.arms[0].1.mixing.alpha, 1.0);
}
