//! A command that is killed resumes and ends as if it had not been killed.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::thread::sleep;
use std::time::Duration;

use crate::interrupt::assert_same_pair;
use crate::running::{Running, lines};
use crate::scratch::Scratch;

#[test]
fn a_comparison_killed_at_any_moment_ends_the_same() {
    let scratch = crate::compare::with_two_arms(Scratch::slow());
    let line = |out: &str| {
        format!(
            "compare tiny.toml plain.toml --data data --epochs 3 --trials 1 --out {out} --ui none"
        )
    };
    scratch.run(&line("whole")).succeeded();
    let mut killed = 0;
    for (run, moment) in [
        ("tiny", "run.json"),
        ("tiny", "metrics.jsonl"),
        ("tiny", "best.safetensors"),
        ("tiny", "model.safetensors"),
        ("tiny", "evaluation.json"),
        ("plain", "experiment.toml"),
        ("plain", "checkpoint/epoch-2"),
        ("plain", "predictions.csv"),
    ] {
        let mut running = Running::start(&scratch, &line("killed"));
        let file = scratch.path(format!("killed/{run}/seed-1")).join(moment);
        running.wait_for(|| file.exists());
        running.0.kill().unwrap();
        let status = running.0.wait().unwrap();
        killed += i32::from(status.signal() == Some(9));
    }
    assert_eq!(killed, 8);
    scratch.run(&line("killed")).succeeded();
    assert_same_pair(&scratch, "whole", "killed");
}

/// When a run is killed.
#[derive(Debug)]
enum Moment {
    /// So long after its start, in milliseconds.
    Start(u64),
    /// So long after it has next replaced `metrics.jsonl`, in microseconds: checkpoint and best
    /// weights are then being written.
    Row(u64),
}

#[test]
fn a_run_killed_again_and_again_ends_the_same() {
    killed_again_and_again("");
}

/// Its checkpoints have the average, too, and its images are changed in every way.
#[test]
fn an_averaged_run_killed_again_and_again_ends_the_same() {
    killed_again_and_again(
        "--set ema.decay=0.9 --set optimizer.clip_norm=0.5 --set augmentation.trivial_augment=true \
         --set augmentation.erasing=0.5 --set data.draw=balanced --set mixing.method=[mixup,resizemix]",
    );
}

/// Kills a run with these flags at several moments, and ends it.
fn killed_again_and_again(flags: &str) {
    const EPOCHS: usize = 14;
    let scratch = Scratch::slow();
    scratch.train("whole", &format!("--epochs {EPOCHS} {flags}"));
    let fresh =
        format!("train tiny.toml --data data --out run --ui none --epochs {EPOCHS} {flags}");
    let go_on = || {
        // Killed before its folder was a run's, a run is just started again.
        if scratch.path("run/run.json").exists() {
            "train --resume run --ui none"
        } else {
            fresh.as_str()
        }
    };
    // Every replaced file is another one.
    let version = || {
        let about = fs::metadata(scratch.path("run/metrics.jsonl")).ok();
        about.map(|about| (about.ino(), about.mtime(), about.mtime_nsec()))
    };
    for moment in [
        Moment::Start(0),
        Moment::Start(30),
        Moment::Row(0),
        Moment::Row(1_000),
        Moment::Row(3_000),
        Moment::Start(100),
        Moment::Row(6_000),
        Moment::Row(12_000),
        Moment::Row(25_000),
    ] {
        let before = version();
        let mut running = Running::start(&scratch, go_on());
        match moment {
            Moment::Start(pause) => sleep(Duration::from_millis(pause)),
            Moment::Row(pause) => {
                running.wait_for(|| version() != before);
                sleep(Duration::from_micros(pause));
            }
        }
        running.0.kill().unwrap();
        let status = running.0.wait().unwrap();
        assert_eq!(status.signal(), Some(9), "{moment:?}: {status}");
    }
    assert!((1..EPOCHS).contains(&lines(&scratch, "run")));
    assert!(!scratch.path("run/summary.json").exists());
    scratch.run(go_on()).succeeded();
    scratch.assert_same_runs("whole", "run");
}

#[test]
fn two_processes_do_not_train_in_one_folder() {
    let scratch = Scratch::slow();
    let line = "train tiny.toml --data data --out run --epochs 10000";
    let mut running = Running::start(&scratch, line);
    running.wait_for(|| lines(&scratch, "run") >= 1);
    let said = scratch.run("train --resume run").failed_with(2);
    assert!(
        said.contains("another mixup process trains there"),
        "{said}"
    );
    let said = scratch
        .run("train tiny.toml --data data --out run")
        .failed_with(2);
    assert!(said.contains("expected a new or empty folder"), "{said}");
    assert_eq!(running.0.try_wait().unwrap(), None);
}
