use std::fs;

use super::*;
use crate::comparison::example::{ExampleRun, compared};

/// The runs below a folder: path within it, state and epochs done.
fn listed(folder: &Path) -> Vec<(String, RunState, Option<usize>)> {
    let runs = runs_in(folder).unwrap().into_iter();
    let line = |run: ListedRun| {
        let path = run.path.strip_prefix(folder).unwrap().display().to_string();
        (path, run.state, run.facts.map(|facts| facts.epochs_done))
    };
    runs.map(line).collect()
}

#[test]
fn runs_of_comparisons_are_found_in_the_order_of_their_seeds() {
    let folder = tempfile::tempdir().unwrap();
    fs::rename(compared("2,10").path(), folder.path().join("demo")).unwrap();
    let paths: Vec<String> = listed(folder.path()).into_iter().map(|run| run.0).collect();
    assert_eq!(
        paths,
        [
            "demo/baseline/seed-2",
            "demo/baseline/seed-10",
            "demo/mixup/seed-2",
            "demo/mixup/seed-10",
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_do_not_list_a_run_twice() {
    let folder = tempfile::tempdir().unwrap();
    ExampleRun::new("mixup", 1).finished(&folder.path().join("run"), 3);
    std::os::unix::fs::symlink(".", folder.path().join("loop")).unwrap();
    std::os::unix::fs::symlink("run", folder.path().join("again")).unwrap();
    let paths: Vec<String> = listed(folder.path()).into_iter().map(|run| run.0).collect();
    assert_eq!(paths, ["run"]);
}

#[test]
fn each_state_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let run = || ExampleRun::new("mixup", 1);
    run().finished(&at("finished"), 3);
    drop(run().begun(&at("begun"), 1));
    let _running = run().begun(&at("running"), 1);
    run().finished(&at("damaged"), 3);
    fs::write(at("damaged").join("metrics.jsonl"), "{}").unwrap();
    run().finished(&at("lost"), 3);
    fs::remove_file(at("lost").join("model.safetensors")).unwrap();
    assert_eq!(
        listed(folder.path()),
        [
            ("begun".into(), RunState::Resumable, Some(0)),
            ("damaged".into(), RunState::Damaged, None),
            ("finished".into(), RunState::Finished, Some(2)),
            ("lost".into(), RunState::Finished, Some(2)),
            ("running".into(), RunState::Running, Some(0)),
        ]
    );
    let runs = runs_in(folder.path()).unwrap();
    assert!(runs[1].problem.as_ref().unwrap().contains("metrics.jsonl"));
    assert_eq!(
        runs[2].facts.as_ref().unwrap().accuracy,
        Some((0.75, ChosenBy::Test))
    );
}

#[test]
fn epochs_without_a_checkpoint_cannot_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    drop(ExampleRun::new("mixup", 1).begun(&run, 2));
    let runs = runs_in(folder.path()).unwrap();
    assert_eq!(runs[0].state, RunState::Damaged);
    let problem = runs[0].problem.as_ref().unwrap();
    assert!(problem.contains("2 epochs, found none"), "{problem}");
}

#[test]
fn a_run_folder_itself_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    ExampleRun::new("mixup", 1).finished(folder.path(), 3);
    let runs = runs_in(folder.path()).unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].path, folder.path());
}

#[test]
fn the_size_is_that_of_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    ExampleRun::new("mixup", 1).finished(&run, 3);
    let before = runs_in(folder.path()).unwrap()[0].bytes;
    fs::create_dir(run.join("checkpoint")).unwrap();
    fs::write(run.join("checkpoint/more"), [0; 1000]).unwrap();
    assert_eq!(runs_in(folder.path()).unwrap()[0].bytes, before + 1000);
}

#[test]
fn looking_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    drop(ExampleRun::new("mixup", 1).begun(&run, 1));
    let names = || {
        let mut names = files::names_in(&run).unwrap();
        names.sort();
        names
    };
    let before = names();
    runs_in(folder.path()).unwrap();
    assert_eq!(names(), before);
}
