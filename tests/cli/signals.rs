//! A run that is interrupted or killed, and gone on with, ends as if nothing had happened.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::scratch::Scratch;

/// A command under way; it does not outlive its test.
struct Running(Child);

impl Running {
    fn start(scratch: &Scratch, line: &str) -> Self {
        Self::spawn(scratch.command(line))
    }

    fn spawn(mut command: Command) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// Waits until `ready`, in steps so short that the moment is hit.
    fn wait_for(&mut self, ready: impl Fn() -> bool) {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.0.try_wait().unwrap() {
                panic!("it ended too early: {status}\n{}", self.stderr());
            }
            assert!(start.elapsed() < Duration::from_secs(100), "it hangs");
            sleep(Duration::from_micros(300));
        }
    }
}

impl Running {
    /// Sends the signal, waits for exit code 130, and gives what was said on stderr.
    fn stop(&mut self, signal: &str) -> String {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.unwrap().success());
        let status = self.0.wait().unwrap();
        assert_eq!(status.code(), Some(130), "{status}");
        self.stderr()
    }

    /// What an ended command has said on stderr.
    fn stderr(&mut self) -> String {
        std::io::read_to_string(self.0.stderr.take().unwrap()).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lines(scratch: &Scratch, run: &str) -> usize {
    let text = fs::read_to_string(scratch.path(run).join("metrics.jsonl"));
    text.map_or(0, |text| text.lines().count())
}

#[test]
fn a_run_that_is_interrupted_says_how_to_go_on_and_goes_on() {
    let scratch = Scratch::slow();
    scratch.train("whole", "--epochs 8");
    for signal in ["INT", "TERM"] {
        let line = format!("train tiny.toml --data data --out {signal} --epochs 8");
        let mut running = Running::start(&scratch, &line);
        running.wait_for(|| lines(&scratch, signal) >= 2);
        let stderr = running.stop(signal);
        let kept = lines(&scratch, signal);
        let error = format!("error: stopped in epoch {}; ", kept + 1);
        let hint = format!("\nhint: go on with: mixup train --resume {signal}\n");
        assert!(stderr.starts_with(&error), "{stderr}");
        assert!(stderr.ends_with(&hint), "{stderr}");
        assert_eq!(stderr.lines().count(), 2, "{stderr}");
        assert!((2..8).contains(&kept), "{kept}");
        assert!(!scratch.path(signal).join("summary.json").exists());

        let line = format!("train --resume {signal} --ui none");
        scratch.run(&line).succeeded();
        scratch.assert_same_runs("whole", signal);
    }
}

/// A schedule that looks ahead goes on from the step that it had.
#[test]
fn an_interrupted_cosine_goes_on_along_its_curve() {
    let scratch = Scratch::slow();
    let text = String::from_utf8(scratch.read("tiny.toml")).unwrap();
    let schedule = "\n[schedule]\nname = \"cosine\"\nend_factor = 0.0\nwarm_up = 0.5\n";
    scratch.write("tiny.toml", text + schedule);
    scratch.train("whole", "--epochs 8");
    let mut running = Running::start(&scratch, "train tiny.toml --data data --out run --epochs 8");
    running.wait_for(|| lines(&scratch, "run") >= 2);
    running.stop("INT");
    assert!((2..8).contains(&lines(&scratch, "run")));
    scratch.run("train --resume run --ui none").succeeded();
    scratch.assert_same_runs("whole", "run");
}

/// Asserts that `one` and `other` have the same pair, but for their clocks.
fn assert_same_pair(scratch: &Scratch, one: &str, other: &str) {
    scratch.assert_same_runs(
        &format!("{one}/tiny/seed-1"),
        &format!("{other}/tiny/seed-1"),
    );
    assert_eq!(
        crate::compare::report(scratch, one),
        crate::compare::report(scratch, other)
    );
}

#[test]
fn a_comparison_killed_at_any_instant_and_called_again_ends_the_same() {
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

#[test]
fn a_comparison_that_is_interrupted_goes_on_by_its_own_command() {
    let scratch = crate::compare::with_two_arms(Scratch::slow());
    let line = |out: &str| {
        format!("compare tiny.toml plain.toml --data data --epochs 6 --trials 1 --out {out}")
    };
    scratch.run(&line("whole")).succeeded();
    let mut running = Running::start(&scratch, &line("stopped"));
    running.wait_for(|| lines(&scratch, "stopped/plain/seed-1") >= 2);
    let stderr = running.stop("INT");
    assert!(
        stderr.starts_with(
            "error: stopped; 1 of 2 runs are finished: stopped\nhint: call the same command again with --out stopped"
        ),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    let said = scratch.run(&line("stopped")).succeeded();
    assert!(
        said.stdout
            .contains("2 to have, 1 finished and 1 begun before"),
        "{}",
        said.stdout
    );
    assert_same_pair(&scratch, "whole", "stopped");
}

#[test]
fn a_benchmark_that_is_interrupted_leaves_nothing() {
    let scratch = Scratch::slow();
    let temporary = scratch.path("temporary");
    fs::create_dir(&temporary).unwrap();
    let mut command = scratch.command("bench tiny.toml --data data --seconds 3 --no-phases");
    command.env("TMPDIR", &temporary);
    let mut running = Running::spawn(command);
    let folders = || fs::read_dir(&temporary).unwrap().map(Result::unwrap);
    // The run that warms up has one epoch.
    running
        .wait_for(|| folders().any(|folder| lines(&scratch, folder.path().to_str().unwrap()) >= 2));
    let stderr = running.stop("INT");
    assert!(
        stderr.starts_with("error: stopped by the user\nhint: nothing is kept"),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    assert_eq!(folders().count(), 0);
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
fn a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been() {
    const EPOCHS: usize = 14;
    let scratch = Scratch::slow();
    scratch.train("whole", &format!("--epochs {EPOCHS}"));
    let fresh = format!("train tiny.toml --data data --out run --ui none --epochs {EPOCHS}");
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
