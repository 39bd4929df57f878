use std::path::Path;

use super::*;
use crate::comparison::example::{ExampleRun, compared, data, plan};
use crate::run::watch::Unwatched;

fn no_starts() -> Starts {
    Starts::read(&[], &Unwatched).unwrap()
}

#[test]
fn runs_that_all_finished_are_a_success() {
    let trained = TrainedRuns {
        finished: 2,
        diverged: vec![],
    };
    assert!(trained.check().is_ok());
}

#[test]
fn diverged_runs_are_named_in_one_line() {
    let trained = TrainedRuns {
        finished: 0,
        diverged: vec!["a, seed 1: lost".into(), "a, seed 2: lost".into()],
    };
    let failure = trained.check().unwrap_err();
    assert_eq!(failure.to_string(), "a, seed 1: lost; a, seed 2: lost");
    assert_eq!(failure.exit_code(), 1);
}

#[test]
fn the_bar_starts_after_the_epochs_that_exist() {
    let runs = plan(Path::new("both"), "1-2").runs();
    let states = [
        RunState::Finished,
        RunState::Begun(1),
        RunState::New,
        RunState::New,
    ];
    let bar = progress(&runs, &states).bar();
    assert_eq!((bar.position(), bar.length()), (2 + 1, Some(4 * 2)));
}

#[test]
fn the_states_are_in_the_order_of_the_runs() {
    let folder = compared("1");
    let plan = plan(folder.path(), "1-2");
    let runs = plan.runs();
    drop(ExampleRun::new("mixup", 2).begun(&runs[2].path, 1));
    assert_eq!(
        states(&runs, &data(), &no_starts()).unwrap(),
        [
            RunState::Finished,
            RunState::Finished,
            RunState::Begun(1),
            RunState::New
        ]
    );
    assert_eq!(finished(&runs), 2);
}

#[test]
fn one_foreign_run_refuses_them_all() {
    let folder = compared("1");
    let mut other = data();
    other.fingerprint = "f".repeat(64);
    let runs = plan(folder.path(), "1").runs();
    assert!(states(&runs, &other, &no_starts()).is_err());
}

#[test]
fn a_finished_run_is_one_line() {
    let folder = compared("1");
    let run = &plan(folder.path(), "1").runs()[0];
    let record = crate::run::recorded::Record::read(&run.path).unwrap();
    assert_eq!(
        finished_line(&record.summary.unwrap(), "images", "about 20 s left"),
        "mixup, seed 1: 75.00% of the test images after epoch 2   about 20 s left"
    );
}

/// The divergence is the reason why there is nothing to report.
#[test]
fn a_report_without_finished_runs_ends_in_the_divergence() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(folder.path(), "1");
    let trained = TrainedRuns {
        finished: 0,
        diverged: vec!["mixup, seed 1: lost".into()],
    };
    let failure = plan.report(trained, &ReportOptions::default()).unwrap_err();
    assert!(matches!(failure, Failure::Diverged { .. }), "{failure}");
}
