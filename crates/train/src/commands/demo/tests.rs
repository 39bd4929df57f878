use clap::error::ErrorKind;

use super::*;
use crate::commands::arguments::Command;
use crate::commands::arguments::tests::{command, mistake};

/// The plan of `mixup demo` with these flags.
fn planned(flags: &str) -> Result<ComparisonPlan, Failure> {
    match command(&format!("demo {flags}")) {
        Command::Demo(args) => plan(&args),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_arms_differ_in_mixing_alone() {
    let arms = planned("").unwrap().arms;
    let [(arm, mixup), (name, baseline)] = &arms[..] else {
        panic!("two arms");
    };
    assert_eq!([arm, name], ["mixup", "baseline"]);
    assert_eq!(mixup.difference(baseline).as_deref(), Some("mixing.alpha"));
    assert_eq!(baseline.mixing.alpha, 0.0);
}

#[test]
fn both_arms_have_the_random_labels_that_the_demo_tells_of() {
    let plan = planned("").unwrap();
    assert!(plan.arms.iter().all(|(_, arm)| arm.labels.corrupted == 0.4));
    assert_eq!(random_labels(&plan), "40%");
}

#[test]
fn the_demo_needs_no_download() {
    assert_eq!(planned("").unwrap().source, DataSource::Synthetic);
}

#[test]
fn the_default_is_six_pairs_from_seed_1() {
    assert_eq!(planned("").unwrap().seeds.0, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_seed_begins_the_pairs() {
    assert_eq!(planned("--seed 8 --trials 2").unwrap().seeds.0, [8, 9]);
}

#[test]
fn epochs_count_for_both_arms() {
    let arms = planned("--epochs 2").unwrap().arms;
    assert!(arms.iter().all(|(_, experiment)| experiment.epochs == 2));
}

#[test]
fn no_epochs_are_refused_by_their_key() {
    let failure = planned("--epochs 0").unwrap_err();
    assert!(failure.to_string().starts_with("epochs: "), "{failure}");
}

#[test]
fn a_folder_can_be_named() {
    assert_eq!(planned("--out pairs").unwrap().out, Path::new("pairs"));
}

#[test]
fn the_demo_takes_no_shard() {
    assert_eq!(mistake("demo --shard 1/2"), ErrorKind::UnknownArgument);
}
