use std::path::Path;

use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake, refusal};
use crate::comparison::example::experiment_file;

/// The plan of `mixup sweep` for the article's experiment with these flags.
fn planned(flags: &str) -> Result<ComparisonPlan, Failure> {
    let mixup = experiment_file("mixup.toml");
    match command(&format!("sweep {} {flags}", mixup.display())) {
        Command::Sweep(args) => plan(&args),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sweep_trains_an_arm_for_each_value_and_one_baseline() {
    let plan = planned("--set mixing.alpha=0.1,1 --trials 2").unwrap();
    assert_eq!(plan.names(), ["alpha=0.1", "alpha=1", "baseline"]);
    assert_eq!(plan.runs().len(), 2 * 3);
    assert_eq!(plan.changes, ["mixing.alpha=0.1,1"]);
}

#[test]
fn the_default_folder_has_the_names_of_experiment_and_key() {
    let plan = planned("--set mixing.alpha=0.1,1").unwrap();
    assert_eq!(plan.out, Path::new("runs/mixup-over-alpha"));
}

#[test]
fn a_part_of_a_sweep_has_all_arms_of_its_seeds() {
    let plan = planned("--set mixing.alpha=0.1,1 --trials 4 --shard 2/2").unwrap();
    let seeds: Vec<u32> = plan.runs().iter().map(|run| run.experiment.seed).collect();
    assert_eq!(seeds, [2, 2, 2, 4, 4, 4]);
}

#[test]
fn epochs_count_for_all_arms() {
    let plan = planned("--set mixing.alpha=0.1,1 --epochs 3").unwrap();
    assert!(plan.arms.iter().all(|(_, arm)| arm.epochs == 3));
    let failure = planned("--set mixing.alpha=0.1,1 --set epochs=2 --epochs 3").unwrap_err();
    assert!(
        failure.to_string().contains("found --epochs 3 as well"),
        "{failure}"
    );
}

#[test]
fn a_sweep_without_values_is_refused() {
    assert_eq!(mistake("sweep a.toml"), ErrorKind::MissingRequiredArgument);
    let said = refusal("sweep a.toml --set mixing.alpha");
    assert!(said.contains("expected KEY=VALUE, such as"), "{said}");
}
