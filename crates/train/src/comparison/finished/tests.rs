use std::fs;

use super::*;
use crate::comparison::example::{ExampleRun, compared};
use crate::experiment::RobustnessTable;

fn arms_and_seeds(runs: &FinishedRuns) -> Vec<(&str, u32)> {
    let trials = runs.trials.iter();
    trials
        .map(|trial| (trial.arm.as_str(), trial.seed))
        .collect()
}

#[test]
fn a_comparison_has_its_arms_in_the_order_of_the_manifest() {
    let folder = compared("1-2");
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(runs.arms, ["mixup", "baseline"]);
    assert_eq!(
        arms_and_seeds(&runs),
        [("mixup", 1), ("mixup", 2), ("baseline", 1), ("baseline", 2)]
    );
}

/// Only the folders of its arms belong to a comparison.
#[test]
fn a_run_in_another_folder_of_a_comparison_is_not_read() {
    let folder = compared("1");
    ExampleRun::new("wide", 1).finished(&folder.path().join("wide/seed-1"), 1);
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(arms_and_seeds(&runs), [("mixup", 1), ("baseline", 1)]);
}

#[test]
fn an_arm_without_a_folder_has_not_begun() {
    let folder = compared("1");
    fs::remove_dir_all(folder.path().join("baseline")).unwrap();
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(arms_and_seeds(&runs), [("mixup", 1)]);
}

#[test]
fn runs_are_found_three_folders_deep_and_no_deeper() {
    let folder = tempfile::tempdir().unwrap();
    ExampleRun::new("near", 1).finished(&folder.path().join("a/b/run"), 1);
    ExampleRun::new("far", 1).finished(&folder.path().join("a/b/c/run"), 1);
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(arms_and_seeds(&runs), [("near", 1)]);
}

#[test]
fn a_run_that_is_named_twice_counts_once() {
    let folder = compared("1");
    let paths = [
        folder.path().join("mixup/seed-1"),
        folder.path().join("mixup/../mixup/seed-1"),
    ];
    let runs = FinishedRuns::read(&paths, true).unwrap();
    assert_eq!(runs.trials.len(), 1);
}

#[test]
fn a_folder_without_runs_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let failure = FinishedRuns::read(&[folder.path().into()], true)
        .err()
        .unwrap();
    let expected = format!(
        "{}: expected a run folder or a folder of runs, found none",
        folder.path().display()
    );
    assert_eq!(failure.to_string(), expected);
}

#[test]
fn an_unfinished_run_is_left_out_with_its_epochs() {
    let folder = compared("1");
    let path = folder.path().join("mixup/seed-2");
    drop(ExampleRun::new("mixup", 2).begun(&path, 1));
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(runs.left_out.len(), 1);
    assert_eq!(runs.left_out[0].run, path.display().to_string());
    assert_eq!(runs.left_out[0].reason, "unfinished: 1 of 2 epochs");
}

#[test]
fn a_run_without_its_evaluation_is_left_out() {
    let folder = compared("1");
    for file in ["evaluation.json", "SHA256SUMS"] {
        fs::remove_file(folder.path().join("mixup/seed-1").join(file)).unwrap();
    }
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(
        runs.left_out[0].reason,
        "without evaluation.json: finished by an earlier version"
    );
}

#[test]
fn a_run_that_is_not_judged_yet_has_all_its_epochs() {
    assert_eq!(
        unfinished(2, 2),
        "unfinished: its 2 epochs are not judged yet"
    );
}

#[test]
fn one_epoch_is_singular() {
    assert_eq!(unfinished(0, 1), "unfinished: 0 of 1 epoch");
    assert_eq!(
        unfinished(1, 1),
        "unfinished: its only epoch is not judged yet"
    );
}

#[test]
fn a_trial_has_the_predictions_of_its_run() {
    let folder = compared("1");
    let runs = FinishedRuns::read(&[folder.path().join("mixup/seed-1")], true).unwrap();
    let trial = &runs.trials[0];
    assert_eq!(trial.labels, [0, 1, 0, 1]);
    assert_eq!(trial.predicted, [0, 1, 0, 0]);
    assert_eq!(trial.epochs.len(), 2);
    assert_eq!(trial.data.test_images, 4);
}

#[test]
fn the_name_of_a_built_in_set_means_the_same_everywhere() {
    let folder = compared("1");
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(runs.data.as_deref(), Some("synthetic"));
}

#[test]
fn a_path_on_one_machine_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = ExampleRun::new("mixup", 1);
    run.info.data = "/home/me/cifar10".into();
    let path = folder.path().join("run");
    run.finished(&path, 1);
    assert_eq!(FinishedRuns::read(&[path], true).unwrap().data, None);
}

/// A comparison's arms as trials, in their order.
fn trials() -> Vec<Trial> {
    let folder = compared("1");
    FinishedRuns::read(&[folder.path().into()], true)
        .unwrap()
        .trials
}

#[test]
fn the_baseline_of_a_comparison_is_unmixed() {
    let unmixed: Vec<bool> = trials().iter().map(|trial| trial.is_unmixed).collect();
    assert_eq!(unmixed, [false, true]);
}

#[test]
fn every_setting_has_a_place_in_the_order_of_the_file() {
    let trial = &trials()[0];
    let settings = trial.settings.iter().chain(&trial.judging);
    for (key, _) in settings {
        assert!(ORDER.contains(&table(key)), "{key}");
    }
}

#[test]
fn settings_have_the_order_of_the_file() {
    let trial = &trials()[0];
    let keys: Vec<&str> = trial.settings.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys[..4],
        ["epochs", "batch_size", "validation", "precision"]
    );
    let place = |key: &str| keys.iter().position(|known| *known == key).unwrap();
    assert!(place("network.widths") < place("mixing.alpha"));
    assert!(place("mixing.alpha") < place("loss.name"));
    assert!(place("loss.name") < place("optimizer.learning_rate"));
}

#[test]
fn the_attack_is_no_setting_of_the_training() {
    let mut run = ExampleRun::new("mixup", 1);
    let table = RobustnessTable {
        epsilons: vec![2.0],
        images: 3,
        pgd_steps: 10,
    };
    run.experiment = run
        .experiment
        .with(|file| file.robustness = Some(table))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    run.finished(&folder.path().join("run"), 1);
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    let trial = &runs.trials[0];
    assert!(
        trial
            .settings
            .iter()
            .all(|(key, _)| !key.starts_with("robustness"))
    );
    assert!(
        trial
            .judging
            .contains(&("robustness.images".into(), "3".into()))
    );
}

#[test]
fn the_share_of_random_labels_is_the_experiments() {
    let mut run = ExampleRun::new("mixup", 1);
    run.experiment = run
        .experiment
        .with(|file| file.labels.corrupted = 0.25)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    run.finished(&folder.path().join("run"), 1);
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    assert_eq!(runs.trials[0].random_labels, 0.25);
}

/// Frozen stages begin with the weights that they would have otherwise.
#[test]
fn frozen_stages_are_a_setting_and_no_other_network() {
    let folder = tempfile::tempdir().unwrap();
    let trial = |seed: u32, frozen: &[&str]| {
        let mut run = ExampleRun::new("mixup", seed);
        let frozen = frozen.iter().map(|stage| (*stage).to_owned()).collect();
        run.experiment = run
            .experiment
            .with(|file| file.network.frozen = frozen)
            .unwrap();
        let path = folder.path().join(format!("seed-{seed}"));
        run.finished(&path, 1);
        FinishedRuns::read(&[path], true).unwrap().trials.remove(0)
    };
    let (trained, frozen) = (trial(1, &[]), trial(2, &["conv11"]));
    assert_eq!(trained.network, frozen.network);
    let setting = ("network.frozen".to_owned(), "[\"conv11\"]".to_owned());
    assert!(frozen.settings.contains(&setting), "{:?}", frozen.settings);
    assert!(!trained.settings.iter().any(|(key, _)| *key == setting.0));
}

#[test]
fn the_network_and_the_loss_are_told_apart_by_their_settings() {
    let trial = &trials()[0];
    assert!(
        trial.network.contains("network.widths = "),
        "{}",
        trial.network
    );
    assert!(
        trial.loss_function.starts_with("loss."),
        "{}",
        trial.loss_function
    );
    assert!(!trial.network.contains("loss"), "{}", trial.network);
}

/// Version 0.2.0 called the classes of Imagenette by WordNet's numbers.
#[test]
fn runs_of_imagenette_from_two_versions_have_the_same_classes() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = [
        "n01440764",
        "n02102040",
        "n02979186",
        "n03000684",
        "n03028079",
        "n03394916",
        "n03417042",
        "n03425413",
        "n03445777",
        "n03888257",
    ];
    let names = [
        "tench",
        "English springer",
        "cassette player",
        "chain saw",
        "church",
        "French horn",
        "garbage truck",
        "gas pump",
        "golf ball",
        "parachute",
    ];
    let path = folder.path().join("seed-1");
    ExampleRun::new("mixup", 1).finished(&path, 1);
    for classes in [numbers, names] {
        let mut record = Record::read(&path).unwrap();
        let evaluations = record.evaluations().unwrap().unwrap();
        let summary = record.summary.take().unwrap();
        record.info.classes = classes.map(str::to_owned).into();
        let trial = trial(&record, &summary, evaluations, "seed-1".into());
        assert_eq!(trial.classes, names);
    }
}

#[test]
fn cpu_time_counts_on_a_cpu_alone() {
    for (kind, cost) in [("cpu", (Some(1.5), Some(1))), ("gpu", (None, None))] {
        let folder = tempfile::tempdir().unwrap();
        let mut run = ExampleRun::new("mixup", 1);
        run.info.device_kind = kind.into();
        run.finished(&folder.path().join("run"), 3);
        let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
        let trial = &runs.trials[0];
        assert_eq!((trial.cpu_seconds, trial.threads), cost, "{kind}");
    }
}
