use std::fs;

use super::*;
use crate::comparison::example::{ExampleRun, data, mixup};

/// The run of `mixup` with seed 3 in a new folder.
fn planned() -> (tempfile::TempDir, PlannedRun) {
    let folder = tempfile::tempdir().unwrap();
    let run = PlannedRun::new(folder.path(), "mixup", &mixup(), 3);
    (folder, run)
}

/// The message after the run's path, and the hint.
fn refusal(run: &PlannedRun) -> (String, String) {
    let failure = run.state(&data(), None).unwrap_err();
    let message = failure.to_string();
    let prefix = format!("{}: ", run.path.display());
    let message = message.strip_prefix(&prefix).unwrap_or(&message);
    (message.to_owned(), failure.hint())
}

#[test]
fn a_run_has_a_folder_for_its_arm_and_seed() {
    let run = PlannedRun::new(Path::new("both"), "mixup", &mixup(), 3);
    assert_eq!(run.path, Path::new("both/mixup/seed-3"));
    assert_eq!(run.experiment.seed, 3);
}

#[test]
fn a_run_without_a_folder_is_new() {
    let (_folder, run) = planned();
    assert_eq!(run.state(&data(), None).unwrap(), RunState::New);
}

#[test]
fn a_run_with_an_empty_folder_is_new() {
    let (_folder, run) = planned();
    fs::create_dir_all(&run.path).unwrap();
    assert_eq!(run.state(&data(), None).unwrap(), RunState::New);
}

#[test]
fn a_run_that_was_stopped_has_its_epochs() {
    let (_folder, run) = planned();
    drop(ExampleRun::new("mixup", 3).begun(&run.path, 1));
    assert_eq!(run.state(&data(), None).unwrap(), RunState::Begun(1));
    assert!(!run.is_finished());
}

/// Without its summary a run is not finished: its networks may not be evaluated yet.
#[test]
fn a_run_with_all_epochs_but_no_summary_has_only_begun() {
    let (_folder, run) = planned();
    drop(ExampleRun::new("mixup", 3).begun(&run.path, 2));
    assert_eq!(run.state(&data(), None).unwrap(), RunState::Begun(2));
}

#[test]
fn a_run_with_its_summary_is_finished() {
    let (_folder, run) = planned();
    ExampleRun::new("mixup", 3).finished(&run.path, 3);
    assert_eq!(run.state(&data(), None).unwrap(), RunState::Finished);
    assert!(run.is_finished());
}

#[test]
fn other_files_in_the_place_of_a_run_are_refused() {
    let (_folder, run) = planned();
    fs::create_dir_all(&run.path).unwrap();
    fs::write(run.path.join("notes.txt"), "mine").unwrap();
    let (message, _) = refusal(&run);
    assert_eq!(message, "expected a new or empty folder, found other files");
}

#[test]
fn a_run_of_another_experiment_is_refused_by_its_key() {
    let (_folder, run) = planned();
    let mut other = ExampleRun::new("mixup", 3);
    other.experiment = other.experiment.with(|file| file.batch_size += 1).unwrap();
    drop(other.begun(&run.path, 1));
    let (message, hint) = refusal(&run);
    assert_eq!(
        message,
        "expected a run of mixup with seed 3, found one with another batch_size"
    );
    assert_eq!(
        hint,
        "name another folder with --out, or remove that run's folder to train it anew"
    );
}

#[test]
fn a_run_with_another_seed_in_its_folder_is_refused() {
    let (_folder, run) = planned();
    ExampleRun::new("mixup", 4).finished(&run.path, 3);
    let (message, _) = refusal(&run);
    assert!(message.ends_with("found one with another seed"));
}

#[test]
fn a_run_of_another_version_is_refused() {
    let (_folder, run) = planned();
    let mut other = ExampleRun::new("mixup", 3);
    other.info.version = "0.0.9".into();
    other.finished(&run.path, 3);
    let (message, _) = refusal(&run);
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!("found one that version 0.0.9 made, and this is {version}");
    assert!(message.ends_with(&expected), "{message}");
}

#[test]
fn a_run_on_other_images_is_refused_with_both_fingerprints() {
    let (_folder, run) = planned();
    let mut other = ExampleRun::new("mixup", 3);
    other.info.fingerprint = "f".repeat(64);
    other.finished(&run.path, 3);
    let (message, hint) = refusal(&run);
    assert_eq!(
        message,
        "synthetic: expected images with fingerprint ffffffffffff…, found 0123456789ab…"
    );
    assert!(hint.ends_with("; name another folder with --out"), "{hint}");
}

#[test]
fn a_damaged_run_is_not_finished() {
    let (_folder, run) = planned();
    ExampleRun::new("mixup", 3).finished(&run.path, 3);
    fs::write(run.path.join("summary.json"), "{").unwrap();
    assert!(!run.is_finished());
    assert!(run.state(&data(), None).is_err());
}

#[test]
fn an_arm_without_a_folder_has_no_runs() {
    let folder = tempfile::tempdir().unwrap();
    let found = PlannedRun::existing(folder.path(), "mixup", &mixup()).unwrap();
    assert!(found.is_empty());
}

#[test]
fn the_folders_of_an_arm_say_its_seeds() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["seed-7", "seed-0", "seed-x", "seed--1", "notes"] {
        fs::create_dir_all(folder.path().join("mixup").join(name)).unwrap();
    }
    let found = PlannedRun::existing(folder.path(), "mixup", &mixup()).unwrap();
    let mut seeds: Vec<u32> = found.iter().map(|run| run.experiment.seed).collect();
    seeds.sort_unstable();
    assert_eq!(seeds, [0, 7]);
}
