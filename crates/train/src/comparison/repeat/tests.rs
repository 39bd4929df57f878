use mixup_evidence::About;

use super::*;
use crate::comparison::example::compared;
use crate::comparison::finished::FinishedRuns;

/// The report of the runs in `folders` of a comparison with these seeds; runs are named by their path in
/// it.
fn report(seeds: &str, folders: &[&str]) -> Report {
    let folder = compared(seeds);
    let paths: Vec<_> = folders
        .iter()
        .map(|name| folder.path().join(name))
        .collect();
    let mut trials = FinishedRuns::read(&paths, true).unwrap().trials;
    for trial in &mut trials {
        let prefix = format!("{}/", folder.path().display());
        trial.run = trial.run.replace(&prefix, "");
    }
    Report::new(trials, About::default()).unwrap()
}

#[test]
fn a_comparison_is_repeated_by_one_command() {
    let report = report("1-2,5", &["mixup", "baseline"]);
    assert_eq!(
        how_to_repeat(&report, Some("synthetic")),
        [
            "mkdir again",
            "cp mixup/seed-1/experiment.toml again/mixup.toml",
            "cp baseline/seed-1/experiment.toml again/baseline.toml",
            "mixup compare again/mixup.toml again/baseline.toml --data synthetic --seeds 1-2,5 --out again/mixup-against-baseline",
        ]
    );
}

#[test]
fn runs_of_one_arm_are_repeated_one_by_one() {
    let report = report("3-4", &["mixup"]);
    assert_eq!(
        how_to_repeat(&report, Some("cifar10")),
        [
            "mkdir again",
            "cp mixup/seed-3/experiment.toml again/mixup.toml",
            "mixup train again/mixup.toml --data cifar10 --seed 3 --out again/mixup-seed3",
            "mixup train again/mixup.toml --data cifar10 --seed 4 --out again/mixup-seed4",
        ]
    );
}

#[test]
fn several_arms_are_repeated_by_one_command_that_trains_the_baseline_once() {
    let mut report = report("1-2,5", &["mixup", "baseline"]);
    let mut other = report.comparisons[0].clone();
    other.arm = "alpha=1".into();
    report.comparisons.push(other);
    report.repeat = how_to_repeat(&report, None);
    let command = "mixup compare again/mixup.toml again/alpha=1.toml again/baseline.toml --data DATA --seeds 1-2,5 --out again/against-baseline";
    assert_eq!(report.repeat.last().unwrap(), command);
    assert_eq!(compare_commands(&report), [command, command]);
}

#[test]
fn comparisons_with_different_seeds_are_repeated_one_by_one() {
    let mut report = report("1-2", &["mixup", "baseline"]);
    let mut other = report.comparisons[0].clone();
    (other.arm, other.pairs) = ("wide".into(), other.pairs[1..].to_vec());
    report.comparisons.push(other);
    report.repeat = how_to_repeat(&report, None);
    let commands = compare_commands(&report);
    assert!(commands[0].contains("mixup.toml") && commands[0].contains("--seeds 1-2 "));
    assert!(commands[1].contains("wide.toml") && commands[1].contains("--seeds 2 "));
    assert_eq!(commands.len(), 2);
}

#[test]
fn data_of_one_machine_is_a_placeholder() {
    let lines = how_to_repeat(&report("1", &["mixup"]), None);
    assert!(lines[2].contains(" --data DATA "), "{lines:?}");
}

#[test]
fn only_the_comparing_commands_go_into_rows() {
    let mut report = report("1", &["mixup", "baseline"]);
    report.repeat = how_to_repeat(&report, None);
    let commands = compare_commands(&report);
    assert_eq!(commands, [report.repeat.last().unwrap()]);
}

#[test]
fn a_plain_path_is_not_quoted() {
    assert_eq!(quoted("runs/a-1/b.toml"), "runs/a-1/b.toml");
}

#[test]
fn a_space_is_quoted() {
    assert_eq!(quoted("my runs/a"), "'my runs/a'");
}

#[test]
fn a_quote_is_closed_escaped_and_opened_again() {
    assert_eq!(quoted("it's"), "'it'\\''s'");
}

#[test]
fn a_variable_is_not_expanded() {
    assert_eq!(quoted("$a"), "'$a'");
}
