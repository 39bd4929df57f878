//! Results that cannot be printed: on a device that is always full, and into a pipe that nobody reads.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::process::{Command, Output, Stdio};

use crate::scratch::Scratch;

/// Runs a command whose stdout is the device that is always full.
fn on_a_full_device(mut command: Command) -> Output {
    let full = File::options().write(true).open("/dev/full").unwrap();
    command.stdout(full).stderr(Stdio::piped());
    command.spawn().unwrap().wait_with_output().unwrap()
}

/// Asserts that `mixup LINE` says that its result was not printed.
fn assert_told(scratch: &Scratch, line: &str) {
    let output = on_a_full_device(scratch.command(line));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "mixup {line}\n{stderr}");
    let mut lines = stderr.lines().rev();
    let hint = lines.next().unwrap();
    assert!(hint.starts_with("hint: send the output to "), "{stderr}");
    let error = lines.next().unwrap();
    assert!(
        error.starts_with("error: stdout: No space left"),
        "{stderr}"
    );
}

#[test]
fn a_result_on_a_full_device_is_an_error() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let rows = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../experiments/results/comparisons.jsonl"
    );
    for line in [
        "evaluate --weights run/model.safetensors --data data",
        "evaluate --weights run/model.safetensors --data data --json",
        "data check data",
        "data check data --json",
        "data preview --data data --pairs 1",
        "report run",
        "report run --json",
        &format!("table {rows}"),
        "--help",
        "--version",
        "train --help",
    ] {
        assert_told(&scratch, line);
    }
}

#[test]
fn a_run_whose_result_cannot_be_printed_is_finished() {
    let scratch = Scratch::new();
    for (run, ui) in [
        ("plain", "--ui plain"),
        ("json", "--json"),
        ("none", "--ui none"),
    ] {
        let line = format!("train tiny.toml --data data --epochs 2 --out {run} {ui}");
        assert_told(&scratch, &line);
        assert_eq!(scratch.json(&format!("{run}/summary.json"))["epochs"], 2);
    }
    scratch.assert_same_runs("plain", "json");
}

#[test]
fn a_comparison_whose_report_cannot_be_printed_has_its_page() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line = "compare tiny.toml plain.toml --data data --epochs 1 --trials 1 --out both";
    assert_told(&scratch, line);
    assert!(scratch.path("both/report.html").is_file());
}

/// Runs a command whose stdout is a pipe that nobody reads any more.
fn into_a_closed_pipe(scratch: &Scratch, line: &str) -> Output {
    let mut command = scratch.command(line);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let scratch = Scratch::new();
    for line in [
        "train tiny.toml --data data --epochs 1 --out run",
        "evaluate --weights run/model.safetensors --data data --json",
        "data check data",
        "report run",
        "--help",
    ] {
        let output = into_a_closed_pipe(&scratch, line);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), stderr.as_str()),
            (Some(0), ""),
            "mixup {line}"
        );
    }
    assert!(scratch.path("run/summary.json").is_file());
}

/// Messages are no results: a run goes on without them.
#[test]
fn messages_that_cannot_be_printed_change_nothing() {
    let scratch = Scratch::new();
    let mut command = scratch.command("train tiny.toml --data data --epochs 2 --out run --json");
    let full = File::options().write(true).open("/dev/full").unwrap();
    command.stdout(Stdio::piped()).stderr(full);
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["epochs"], 2);
}
