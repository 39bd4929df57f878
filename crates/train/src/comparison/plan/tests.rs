use std::path::Path;

use super::*;
use crate::comparison::example::{compared, mixup, plan};

fn refusal(plan: &ComparisonPlan) -> (String, String) {
    let failure = plan.check().unwrap_err();
    (failure.to_string(), failure.hint())
}

/// Arm and seed of each run.
fn names(runs: &[PlannedRun]) -> Vec<String> {
    let name = |run: &PlannedRun| format!("{} {}", run.arm, run.experiment.seed);
    runs.iter().map(name).collect()
}

#[test]
fn runs_come_pair_by_pair() {
    let runs = plan(Path::new("both"), "4,9").runs();
    assert_eq!(
        names(&runs),
        ["mixup 4", "baseline 4", "mixup 9", "baseline 9"]
    );
}

#[test]
fn a_shard_has_whole_pairs() {
    let mut plan = plan(Path::new("both"), "1-5");
    plan.shard = "2/3".parse().unwrap();
    assert_eq!(
        names(&plan.runs()),
        ["mixup 2", "baseline 2", "mixup 5", "baseline 5"]
    );
}

#[test]
fn the_runs_of_a_pair_differ_in_mixing_alone() {
    let runs = plan(Path::new("both"), "4").runs();
    let difference = runs[0].experiment.difference(&runs[1].experiment);
    assert_eq!(difference.as_deref(), Some("mixing.alpha"));
}

#[test]
fn the_manifest_has_the_baseline_last() {
    let manifest = plan(Path::new("both"), "1").manifest();
    assert_eq!(manifest.arms, ["mixup", "baseline"]);
}

#[test]
fn the_baseline_of_several_arms_has_one_run_for_each_seed() {
    let mut plan = plan(Path::new("both"), "4,9");
    plan.arms.insert(1, ("cutmix".into(), mixup()));
    assert_eq!(
        names(&plan.runs()),
        [
            "mixup 4",
            "cutmix 4",
            "baseline 4",
            "mixup 9",
            "cutmix 9",
            "baseline 9"
        ]
    );
}

#[test]
fn every_arm_has_the_images_of_the_baseline() {
    let mut plan = plan(Path::new("both"), "1");
    let held_out = mixup().with(|file| file.validation = 5).unwrap();
    plan.arms.insert(1, ("held-out".into(), held_out));
    let (message, _) = refusal(&plan);
    assert!(message.ends_with("found 5 in held-out and 0 in baseline"));
}

#[test]
fn one_name_for_both_arms_is_refused() {
    let mut plan = plan(Path::new("both"), "1");
    plan.arms[1].0 = "mixup".into();
    let (message, hint) = refusal(&plan);
    assert_eq!(
        message,
        "expected experiments with different names, found mixup twice"
    );
    assert!(
        hint.starts_with("copy one of the files to another name"),
        "{hint}"
    );
}

#[test]
fn different_validation_images_are_refused() {
    let mut plan = plan(Path::new("both"), "1");
    let arm = &mut plan.arms[0].1;
    *arm = arm.with(|file| file.validation = 5).unwrap();
    let (message, _) = refusal(&plan);
    assert_eq!(
        message,
        "expected one number of validation images in both experiments, found 5 in mixup and 0 in baseline"
    );
}

#[test]
fn the_folder_of_another_comparison_is_refused() {
    let folder = compared("1");
    let mut plan = plan(folder.path(), "1");
    plan.arms[0].0 = "cutmix".into();
    let (message, _) = refusal(&plan);
    assert!(message.ends_with("found one of mixup and baseline"));
}

#[test]
fn existing_runs_have_seeds_that_are_not_planned() {
    let folder = compared("1-2");
    let mut found = names(&plan(folder.path(), "8").existing_runs().unwrap());
    found.sort();
    assert_eq!(found, ["baseline 1", "baseline 2", "mixup 1", "mixup 2"]);
}
