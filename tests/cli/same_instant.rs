//! Equal commands that start at the same moment, as in a doubled job or after a stray `&`.

use std::process::{Child, Stdio};

use crate::scratch::Scratch;

/// The exit codes of `count` processes of `mixup LINE` that start together, in ascending order.
fn exit_codes(scratch: &Scratch, line: &str, count: usize) -> Vec<i32> {
    let start = |_| {
        let mut command = scratch.command(line);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let processes: Vec<Child> = (0..count).map(start).collect();
    let end = |mut process: Child| process.wait().unwrap().code().unwrap();
    let mut codes: Vec<i32> = processes.into_iter().map(end).collect();
    codes.sort_unstable();
    codes
}

/// One run wins and is whole; the others are refused and change nothing.
#[test]
fn one_of_eight_equal_runs_is_trained() {
    let scratch = Scratch::new();
    let alone = "train tiny.toml --data data --epochs 2 --ui none --out alone";
    assert_eq!(exit_codes(&scratch, alone, 1), [0]);
    for attempt in 0..5 {
        let run = format!("run-{attempt}");
        let line = format!("train tiny.toml --data data --epochs 2 --ui none --out {run}");
        let codes = exit_codes(&scratch, &line, 8);
        assert_eq!(codes, [0, 2, 2, 2, 2, 2, 2, 2], "attempt {attempt}");
        for file in ["experiment.toml", "model.safetensors", "predictions.csv"] {
            let wanted = scratch.read(format!("alone/{file}"));
            assert!(scratch.read(format!("{run}/{file}")) == wanted, "{file}");
        }
    }
}

/// The comparison that was refused can be called again, and finds its runs whole.
#[test]
fn a_comparison_started_twice_can_be_continued() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line =
        "compare tiny.toml plain.toml --data data --epochs 2 --trials 2 --ui none --out both";
    for code in exit_codes(&scratch, line, 2) {
        assert!(code == 0 || code == 2, "exit code {code}");
    }
    assert_eq!(exit_codes(&scratch, line, 1), [0]);
    for run in ["tiny/seed-1", "tiny/seed-2", "plain/seed-1", "plain/seed-2"] {
        scratch.read(format!("both/{run}/experiment.toml"));
        scratch.read(format!("both/{run}/summary.json"));
    }
}

/// The parts of a comparison start at one moment, as an array of jobs does; none is refused.
#[test]
fn all_eight_parts_of_a_comparison_are_trained() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    for attempt in 0..3 {
        let start = |part: usize| {
            let line = format!(
                "compare tiny.toml plain.toml --data data --epochs 1 --trials 8 --shard {part}/8 --ui none \
                 --out parts-{attempt}"
            );
            let mut command = scratch.command(&line);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let parts: Vec<Child> = (1..=8).map(start).collect();
        for part in parts {
            let output = part.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "attempt {attempt}: {said}");
        }
        assert_eq!(
            scratch.names(&format!("parts-{attempt}")),
            ["comparison.json", "plain", "tiny"]
        );
        scratch.run(&format!("report parts-{attempt}")).succeeded();
    }
}
