use std::path::Path;

use super::*;
use crate::comparison::example::{data, plan};
use crate::run::data::DataSource;

#[test]
fn four_lines_introduce_a_comparison() {
    let plan = plan(Path::new("both"), "1-2,7");
    let images = DataSource::synthetic(30, 10).images;
    let data = Provenance {
        layout: "built-in images".into(),
        ..data()
    };
    let states = [RunState::New; 6];
    assert_eq!(
        introduction(&plan, &data, &images, vec![], "CPU", &states),
        [
            "mixup against baseline: 3 pairs, seeds 1-2,7, 2 epochs a run",
            "data    built-in images: 30 training and 10 test images, 10 classes",
            "device  CPU",
            "runs    both: 6 to have",
        ]
    );
}

#[test]
fn one_pair_and_one_epoch_are_singular() {
    let mut plan = plan(Path::new("both"), "4");
    for (_, experiment) in &mut plan.arms {
        *experiment = experiment.with(|file| file.epochs = 1).unwrap();
    }
    assert_eq!(
        question(&plan),
        "mixup against baseline: 1 pair, seed 4, 1 epoch a run"
    );
}

#[test]
fn different_numbers_of_epochs_are_both_named() {
    let mut plan = plan(Path::new("both"), "4-5");
    plan.arms[1].1 = plan.arms[1].1.with(|file| file.epochs = 3).unwrap();
    assert!(question(&plan).ends_with("2 and 3 epochs a run"));
}

#[test]
fn several_arms_have_each_their_pairs() {
    let mut plan = plan(Path::new("both"), "1-2");
    let (name, experiment) = plan.arms[0].clone();
    plan.arms.insert(0, (format!("{name}-2"), experiment));
    assert_eq!(
        question(&plan),
        "mixup-2, mixup against baseline: 2 pairs each, seeds 1-2, 2 epochs a run"
    );
}

#[test]
fn finished_runs_are_counted() {
    let plan = plan(Path::new("both"), "1");
    let states = [RunState::Finished, RunState::New];
    assert_eq!(runs(&plan, &states), "2 to have, 1 finished before");
}

#[test]
fn begun_runs_are_counted_next_to_finished_ones() {
    let plan = plan(Path::new("both"), "1");
    let states = [RunState::Begun(1), RunState::New];
    assert_eq!(
        runs(&plan, &states),
        "2 to have, 0 finished and 1 begun before"
    );
}

#[test]
fn a_part_names_itself() {
    let mut plan = plan(Path::new("both"), "1-2");
    plan.shard = "2/2".parse().unwrap();
    let states = [RunState::New; 2];
    assert_eq!(runs(&plan, &states), "2 to have in part 2/2");
}
