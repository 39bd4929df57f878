//! What a killed process has left is removed by the next one, and a folder that was replaced is left alone.

use std::fs;

use crate::running::{Running, lines};
use crate::scratch::Scratch;

/// A run of 4 epochs that was killed after its second one.
pub(crate) fn killed() -> Scratch {
    let scratch = Scratch::slow();
    let mut running = Running::start(
        &scratch,
        "train tiny.toml --data data --out run --ui none --epochs 4",
    );
    let checkpoint = scratch.path("run/checkpoint/epoch-2");
    running.wait_for(|| checkpoint.exists());
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    scratch
}

#[test]
fn an_old_checkpoint_and_files_without_their_name_are_removed() {
    let scratch = killed();
    let left = [
        "run/checkpoint/epoch-1/model.bpk",
        "run/checkpoint/partial/optimizer.bpk",
        "run/best.safetensors.0123456789abcdef.new",
        "run/metrics.jsonl.new",
    ];
    for file in left {
        scratch.write(file, "left");
    }
    scratch.run("train --resume run --ui none").succeeded();
    assert_eq!(scratch.names("run/checkpoint"), ["epoch-4"]);
    scratch.train("whole", "--epochs 4");
    assert_eq!(scratch.names("run"), scratch.names("whole"));
    scratch.assert_same_runs("whole", "run");
}

/// The folder is deleted and made anew by another run while the first one still trains.
#[test]
fn a_run_whose_folder_was_made_anew_stops_and_leaves_the_new_run_alone() {
    let scratch = Scratch::slow();
    let line = "train tiny.toml --data data --out run --ui none --epochs 10000";
    let mut first = Running::start(&scratch, line);
    first.wait_for(|| lines(&scratch, "run") >= 1);
    fs::rename(scratch.path("run"), scratch.path("old")).unwrap();
    scratch.train("run", "--epochs 3 --seed 2");
    let status = first.0.wait().unwrap();
    assert_eq!(status.code(), Some(2));
    let said = first.stderr();
    assert!(said.contains("found it removed or replaced"), "{said}");
    scratch.train("whole", "--epochs 3 --seed 2");
    scratch.assert_same_runs("whole", "run");
    assert_eq!(scratch.names("run"), scratch.names("whole"));
}

#[test]
fn a_run_whose_folder_was_removed_stops_and_does_not_make_it_again() {
    let scratch = Scratch::slow();
    let line = "train tiny.toml --data data --out run --ui none --epochs 10000";
    let mut running = Running::start(&scratch, line);
    running.wait_for(|| lines(&scratch, "run") >= 1);
    fs::rename(scratch.path("run"), scratch.path("old")).unwrap();
    assert_eq!(running.0.wait().unwrap().code(), Some(2));
    assert!(!scratch.path("run").exists());
}
