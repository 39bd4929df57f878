//! Equal commands, and the parts of one comparison, that start at one moment on a busy machine.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::kills_of_reports::compared;
use super::{tree, tries};
use crate::scratch::Scratch;

/// How many threads compute for nothing.
const BUSY: usize = 4;

/// Runs `work` while other threads keep the processors busy.
fn under_load<T>(work: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..BUSY {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        // Also after a panic, or the threads would never end.
        struct Finally<'a>(&'a AtomicBool);
        impl Drop for Finally<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let _finally = Finally(&done);
        work()
    })
}

/// Starts all commands at one moment and returns the exit code and stderr of each.
fn together(scratch: &Scratch, lines: &[String]) -> Vec<(i32, String)> {
    let start = |line: &String| {
        let mut command = scratch.command(line);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let running: Vec<Child> = lines.iter().map(start).collect();
    running
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            let code = output.status.code();
            (
                code.unwrap_or_else(|| panic!("{}: {stderr}", output.status)),
                stderr,
            )
        })
        .collect()
}

/// Asserts that every one of equal commands succeeded.
fn all_succeed(scratch: &Scratch, lines: &[String]) {
    for (code, stderr) in together(scratch, lines) {
        assert_eq!(code, 0, "mixup {}: {stderr}", lines[0]);
    }
}

#[test]
fn of_equal_runs_exactly_one_is_trained() {
    let scratch = Scratch::new();
    let line = |out: &str| format!("train tiny.toml --data data --epochs 2 --ui none --out {out}");
    scratch.run(&line("alone")).succeeded();
    let stays = tree::paths(&scratch.path("alone"));
    under_load(|| {
        for attempt in 0..tries(3, 2) {
            let count = if attempt % 2 == 0 { 2 } else { 8 };
            let out = format!("run-{attempt}");
            let ended = together(&scratch, &vec![line(&out); count]);
            let trained = ended.iter().filter(|(code, _)| *code == 0).count();
            assert_eq!(trained, 1, "attempt {attempt}: {ended:?}");
            for (code, stderr) in ended {
                assert!(code == 0 || code == 2, "attempt {attempt}: {stderr}");
            }
            tree::assert_paths(&scratch.path(&out), &stays, &format!("attempt {attempt}"));
            scratch.assert_same_runs("alone", &out);
            std::fs::remove_dir_all(scratch.path(&out)).unwrap();
        }
    });
}

const COMPARE: &str = "compare tiny.toml plain.toml --data data --epochs 2 --ui none";

#[test]
fn of_equal_comparisons_at_least_one_succeeds() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line = |out: &str| format!("{COMPARE} --trials 1 --out {out}");
    scratch.run(&line("alone")).succeeded();
    let stays = tree::paths(&scratch.path("alone"));
    under_load(|| {
        for attempt in 0..tries(2, 2) {
            let count = if attempt % 2 == 0 { 2 } else { 8 };
            let out = format!("both-{attempt}");
            let ended = together(&scratch, &vec![line(&out); count]);
            for (code, stderr) in &ended {
                assert!([0, 2].contains(code), "attempt {attempt}: {stderr}");
            }
            let is_whole = ended.iter().any(|(code, _)| *code == 0);
            assert!(is_whole, "attempt {attempt}: {ended:?}");
            scratch.run(&line(&out)).succeeded();
            tree::assert_paths(&scratch.path(&out), &stays, &format!("attempt {attempt}"));
            crate::compare::assert_same(&scratch, "alone", &out, &[1]);
            std::fs::remove_dir_all(scratch.path(&out)).unwrap();
        }
    });
}

#[test]
fn eight_parts_of_a_comparison_all_succeed() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    scratch
        .run(&format!("{COMPARE} --trials 4 --out alone"))
        .succeeded();
    under_load(|| {
        for attempt in 0..tries(2, 2) {
            let parts = if attempt % 2 == 0 { 8 } else { 2 };
            let out = format!("parts-{attempt}");
            let line = |part| format!("{COMPARE} --trials 4 --out {out} --shard {part}/{parts}");
            all_succeed(&scratch, &(1..=parts).map(line).collect::<Vec<_>>());
            scratch.run(&format!("report {out}")).succeeded();
            crate::compare::assert_same(&scratch, "alone", &out, &[1, 2, 3, 4]);
            let stays = tree::paths(&scratch.path("alone"));
            tree::assert_paths(&scratch.path(&out), &stays, &format!("attempt {attempt}"));
            std::fs::remove_dir_all(scratch.path(&out)).unwrap();
        }
    });
}

#[test]
fn equal_reports_and_tables_all_succeed() {
    let scratch = compared();
    scratch.run("report both --out alone --row row").succeeded();
    let wanted = tree::files(&scratch.path("alone"));
    let row = scratch.read("row");
    scratch.write("page.md", "<!-- results -->\n<!-- /results -->\n");
    under_load(|| {
        for attempt in 0..tries(3, 2) {
            let count = if attempt % 2 == 0 { 8 } else { 2 };
            let line = format!("report both --out report-{attempt} --row rows-{attempt}");
            all_succeed(&scratch, &vec![line; count]);
            assert!(tree::files(&scratch.path(format!("report-{attempt}"))) == wanted);
            assert!(scratch.read(format!("rows-{attempt}")) == row.repeat(count));
            let line = "table row --into page.md".to_owned();
            all_succeed(&scratch, &vec![line; count]);
            let names = scratch.names(".");
            assert!(!names.iter().any(|name| name.contains(".new")), "{names:?}");
        }
    });
}
