//! A command that the user stops resumes and ends as if it had not been stopped.

use std::fs;

use crate::running::{Running, lines};
use crate::scratch::Scratch;

#[test]
fn an_interrupted_run_says_how_to_resume_and_resumes() {
    let scratch = Scratch::slow();
    scratch.train("whole", "--epochs 8");
    for signal in ["INT", "TERM"] {
        let line = format!("train tiny.toml --data data --out {signal} --epochs 8");
        let mut running = Running::start(&scratch, &line);
        running.wait_for(|| lines(&scratch, signal) >= 2);
        let stderr = running.stop(signal);
        let kept = lines(&scratch, signal);
        let stopped = format!("stopped in epoch {}; ", kept + 1);
        let hint = format!(": mixup train --resume {signal}\n");
        assert!(stderr.contains(&stopped), "{stderr}");
        assert!(
            stderr.contains("\nhint: ") && stderr.ends_with(&hint),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 2, "{stderr}");
        assert!((2..8).contains(&kept), "{kept}");
        assert!(!scratch.path(signal).join("summary.json").exists());

        let line = format!("train --resume {signal} --ui none");
        scratch.run(&line).succeeded();
        scratch.assert_same_runs("whole", signal);
    }
}

/// A schedule that depends on the total continues from the step it had reached.
#[test]
fn an_interrupted_cosine_continues_along_its_curve() {
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

/// Asserts that `one` and `other` have the same pair, except for times.
pub(crate) fn assert_same_pair(scratch: &Scratch, one: &str, other: &str) {
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
fn an_interrupted_comparison_continues_with_the_same_command() {
    let scratch = crate::compare::with_two_arms(Scratch::slow());
    let line = |out: &str| {
        format!("compare tiny.toml plain.toml --data data --epochs 6 --trials 1 --out {out}")
    };
    scratch.run(&line("whole")).succeeded();
    let mut running = Running::start(&scratch, &line("stopped"));
    running.wait_for(|| lines(&scratch, "stopped/plain/seed-1") >= 2);
    let stderr = running.stop("INT");
    let words = "stopped; 1 of 2 runs are finished: stopped\nhint: call the same command again with --out stopped";
    assert!(stderr.contains(words), "{stderr}");
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
    let words = "stopped by the user\nhint: nothing is kept";
    assert!(stderr.contains(words), "{stderr}");
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    assert_eq!(folders().count(), 0);
}

/// Stops a command while its trained network is attacked, which takes long, and returns stderr.
fn stopped_after_training(command: std::process::Command, trained: impl Fn() -> bool) -> String {
    let mut running = Running::spawn(command);
    running.wait_for(trained);
    let id = running.0.id().to_string();
    // The first signal may still reach the end of the training, which lets the rest be done.
    while running.0.try_wait().unwrap().is_none() {
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args(["-s", "INT", &id]).status().unwrap().success());
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    assert_eq!(running.0.wait().unwrap().code(), Some(130));
    running.stderr()
}

/// `tiny.toml` and `plain.toml`, whose networks are attacked for minutes after one epoch.
fn with_long_attacks() -> Scratch {
    let scratch = Scratch::new();
    let long = "epsilon = 1e-8\n\n[robustness]\nepsilons = [8.0]\nimages = 16\npgd_steps = 10000\n";
    scratch.experiment("tiny.toml", "epsilon = 1e-8\n", long);
    let text = String::from_utf8(scratch.read("tiny.toml")).unwrap();
    scratch.write("plain.toml", text.replace("alpha = 0.2", "alpha = 0.0"));
    scratch
}

#[test]
fn a_run_that_is_stopped_after_its_training_says_how_to_resume() {
    let scratch = with_long_attacks();
    let mut command = scratch.command("train tiny.toml --data data --epochs 1 --ui none --out");
    command.arg("my run");
    let trained = || scratch.path("my run/best.safetensors").exists();
    let stderr = stopped_after_training(command, trained);
    let expected = "stopped by the user\nhint: resume with: mixup train --resume 'my run'\n";
    assert_eq!(stderr, expected);
}

#[test]
fn a_comparison_that_is_stopped_between_epochs_says_how_it_continues() {
    let scratch = with_long_attacks();
    let line =
        "compare tiny.toml plain.toml --data data --epochs 1 --trials 1 --ui none --out both";
    let trained = || scratch.path("both/tiny/seed-1/best.safetensors").exists();
    let stderr = stopped_after_training(scratch.command(line), trained);
    let expected = "stopped by the user\nhint: call the same command again with --out both: finished runs are kept";
    assert!(stderr.starts_with(expected), "{stderr}");
}

#[test]
fn a_demo_that_is_stopped_says_how_it_continues() {
    let scratch = Scratch::new();
    let mut running = Running::start(&scratch, "demo --epochs 1000 --ui none --out pairs");
    running.wait_for(|| lines(&scratch, "pairs/mixup/seed-1") >= 1);
    let stderr = running.stop("INT");
    let hint = "\nhint: call the same command again with --out pairs: finished runs are kept";
    assert!(stderr.contains(hint), "{stderr}");
}
