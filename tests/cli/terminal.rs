//! Terminals that close, and terminals that can only show lines. The program `script` provides them.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::gpu_kit::has;
use crate::running::{Running, lines};
use crate::scratch::Scratch;

/// The shell commands on a terminal of the kind `term`.
fn on_a_terminal(scratch: &Scratch, commands: &str, term: Option<&str>) -> Command {
    assert!(
        has("script"),
        "a terminal needs the program `script`, which is missing"
    );
    let commands = format!("stty rows 24 cols 80; {commands}");
    let mut command = Command::new("script");
    command
        .args(["-q", "-e", "-f", "-c", &commands, "screen.raw"])
        .current_dir(scratch.path(""))
        .env("SHELL", "/bin/sh")
        .env_remove("TERM");
    if let Some(term) = term {
        command.env("TERM", term);
    }
    command
}

/// Runs `mixup LINE` and writes its exit code to the file `code`.
///
/// When the terminal closes, this shell gets the signal. It hands the signal on, as shells of users do.
fn with_exit_code(line: &str) -> String {
    let program = env!("CARGO_BIN_EXE_mixup");
    format!(
        "exec 3<&0; trap : HUP; '{program}' {line} <&3 & id=$!; wait $id; kill -HUP $id; wait $id; \
         echo $? > code.new; mv code.new code"
    )
}

/// Closes the terminal of `mixup LINE` after an epoch of `run`, and returns the exit code.
fn closed_during(scratch: &Scratch, line: &str, run: &str) -> String {
    let mut running = Running::spawn(on_a_terminal(scratch, &with_exit_code(line), Some("xterm")));
    running.wait_for(|| lines(scratch, run) >= 1);
    // Nobody holds the other end of the terminal any more.
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    for _ in 0..3000 {
        if let Ok(code) = fs::read_to_string(scratch.path("code")) {
            return code.trim().to_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("mixup {line} lives on without its terminal");
}

/// Asserts that the run was stopped as by Ctrl-C and resumes.
fn assert_resumes(scratch: &Scratch, run: &str) {
    assert!(!scratch.path(run).join("summary.json").exists());
    let more = lines(scratch, run) + 1;
    let line = format!("train --resume {run} --epochs {more} --ui none");
    scratch.run(&line).succeeded();
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_a_terminal_closed_under_the_dashboard_stops_the_run() {
    let scratch = Scratch::slow();
    let line = "train tiny.toml --data data --out run --epochs 1000";
    assert_eq!(closed_during(&scratch, line, "run"), "130");
    let screen = String::from_utf8_lossy(&scratch.read("screen.raw")).into_owned();
    assert!(screen.contains("\u{1b}[?1049h"), "no dashboard");
    assert_resumes(&scratch, "run");
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_a_terminal_closed_under_a_bar_stops_the_run() {
    let scratch = Scratch::slow();
    let line = "train tiny.toml --data data --out run --epochs 1000 --ui plain";
    assert_eq!(closed_during(&scratch, line, "run"), "130");
    assert_resumes(&scratch, "run");
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_a_terminal_closed_under_several_bars_stops_the_comparison() {
    let scratch = crate::compare::with_two_arms(Scratch::slow());
    let line = "compare tiny.toml plain.toml --data data --trials 1 --epochs 1000 --out both";
    let run = "both/tiny/seed-1";
    assert_eq!(closed_during(&scratch, line, run), "130");
    assert_resumes(&scratch, run);
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_a_terminal_that_cannot_move_its_cursor_gets_plain_lines() {
    let program = env!("CARGO_BIN_EXE_mixup");
    let line = format!("'{program}' train tiny.toml --data data --out run --epochs 2");
    for term in [Some("dumb"), Some(""), None] {
        let scratch = Scratch::new();
        let status = on_a_terminal(&scratch, &line, term)
            .output()
            .unwrap()
            .status;
        assert!(status.success());
        let screen = String::from_utf8_lossy(&scratch.read("screen.raw")).into_owned();
        assert!(
            screen.contains("epoch   2  train loss"),
            "{term:?}\n{screen}"
        );
        assert!(!screen.contains('\u{1b}'), "{term:?}\n{screen}");
    }
}
