//! Terminals that close, and terminals that can only show lines. The program `script` provides them.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::ended::epoch_lines;
use crate::gpu_kit::has;
use crate::progress_bars::without_escapes;
use crate::running::{Running, lines};
use crate::scratch::Scratch;

/// The shell commands on a terminal of the kind `term`, with 24 lines and 80 columns.
fn on_a_terminal(scratch: &Scratch, commands: &str, term: Option<&str>) -> Command {
    on_a_terminal_of(scratch, commands, term, (24, 80))
}

/// The shell commands on a terminal of the kind `term`, with so many lines and columns.
fn on_a_terminal_of(
    scratch: &Scratch,
    commands: &str,
    term: Option<&str>,
    (lines, columns): (usize, usize),
) -> Command {
    assert!(
        has("script"),
        "a terminal needs the program `script`, which is missing"
    );
    let commands = format!("stty rows {lines} cols {columns}; {commands}");
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
        assert_eq!(epoch_lines(&screen).len(), 2, "{term:?}\n{screen}");
        assert!(!screen.contains('\u{1b}'), "{term:?}\n{screen}");
    }
}

/// What `mixup LINE` leaves on a terminal of this size.
fn screen(scratch: &Scratch, line: &str, size: (usize, usize)) -> String {
    let program = env!("CARGO_BIN_EXE_mixup");
    let line = format!("'{program}' {line}");
    let output = on_a_terminal_of(scratch, &line, Some("xterm"), size).output();
    let screen = String::from_utf8_lossy(&scratch.read("screen.raw")).into_owned();
    assert!(output.unwrap().status.success(), "{screen}");
    screen
}

/// What a terminal shows when it enters its other screen, which the dashboard does.
const OTHER_SCREEN: &str = "\u{1b}[?1049h";

#[test]
#[ignore = "needs the program script"]
fn tool_script_a_terminal_with_too_little_room_gets_the_table() {
    for (size, has_dashboard) in [((24, 80), true), ((15, 60), false)] {
        let scratch = Scratch::new();
        let line = "train tiny.toml --data data --out run --epochs 2";
        let screen = screen(&scratch, line, size);
        assert_eq!(screen.contains(OTHER_SCREEN), has_dashboard, "{screen}");
    }
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_the_dashboard_leaves_the_table_with_the_name_of_the_run() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --data data --out run --epochs 2";
    let screen = screen(&scratch, line, (24, 80));
    let (_, after) = screen.rsplit_once("\u{1b}[?1049l").unwrap();
    assert!(after.contains("tiny, seed 1, in run"), "{after}");
    assert_eq!(epoch_lines(after).len(), 2, "{after}");
}

#[test]
#[ignore = "needs the program script"]
fn tool_script_the_table_fits_a_narrow_terminal() {
    let scratch = Scratch::new();
    let line = "train tiny.toml --data data --out run --epochs 2 --ui plain";
    let screen = screen(&scratch, line, (24, 60));
    let rows = screen.split(['\r', '\n']).map(without_escapes);
    let text = rows.collect::<Vec<_>>().join("\n");
    let lines = epoch_lines(&text);
    assert_eq!(lines.len(), 2, "{text}");
    for line in lines {
        assert!(line.chars().count() <= 60, "{line}");
    }
    assert!(!text.contains("seconds"), "{text}");
}
