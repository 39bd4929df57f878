//! Commands that may write only so much into one file: refused, or ended by the system, and then called again.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use super::kills_of_reports::compared;
use super::tree;
use crate::ended::Ended;
use crate::scratch::Scratch;

/// Sizes of the largest file that may be written, in blocks of 512 bytes.
const BLOCKS: [u32; 10] = [0, 1, 4, 6, 9, 20, 100, 140, 400, 4000];

/// `mixup LINE` that may write files of `blocks` at most. More is an error, or ends it if `fatal`.
fn limited(scratch: &Scratch, line: &str, blocks: u32, fatal: bool) -> Command {
    let program = scratch.command(line);
    let mut command = Command::new("sh");
    let trap = if fatal { "" } else { "trap '' XFSZ; " };
    let script = format!("{trap}ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &script]).arg(program.get_program());
    command.args(program.get_args());
    command.current_dir(program.get_current_dir().unwrap());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Runs `mixup LINE` under each limit into a fresh place, once refused and once ended by the system; `again`
/// must then succeed without a limit, and `check` must hold.
fn under_limits(
    scratch: &Scratch,
    line: impl Fn(&str) -> String,
    again: impl Fn(&str) -> String,
    check: impl Fn(&str),
) {
    let (mut failed, mut fitted) = (0, 0);
    for blocks in BLOCKS {
        let out = format!("limit-{blocks}");
        let command = limited(scratch, &line(&out), blocks, false);
        // What it prints goes to a pipe, which has no limit.
        let ended = Scratch::finish(&line(&out), command);
        if ended.code == Some(0) {
            fitted += 1;
        } else {
            refused(ended, blocks);
            failed += 1;
            scratch.run(&again(&out)).succeeded();
        }
        check(&out);

        let out = format!("fatal-{blocks}");
        let mut command = limited(scratch, &line(&out), blocks, true);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().unwrap();
        if status.code() != Some(0) {
            const SIGXFSZ: i32 = 25;
            assert_eq!(status.signal(), Some(SIGXFSZ), "{blocks} blocks: {status}");
            scratch.run(&again(&out)).succeeded();
        }
        check(&out);
    }
    assert!(failed > 0 && fitted > 0, "{failed} failed, {fitted} fitted");
}

fn refused(ended: Ended, blocks: u32) {
    let told = format!("{blocks} blocks: {}", ended.stderr);
    assert_eq!(ended.code, Some(2), "{told}");
    // A run that had begun has printed its introduction.
    let lines: Vec<&str> = ended.stderr.lines().collect();
    let [.., error, hint] = lines[..] else {
        panic!("{told}");
    };
    assert!(
        error.starts_with("error: ") && error.contains("File too large"),
        "{told}"
    );
    assert!(hint.starts_with("hint: "), "{told}");
}

#[test]
fn a_run_whose_files_do_not_fit_resumes_when_they_do() {
    let scratch = Scratch::new();
    let line = |out: &str| format!("train tiny.toml --data data --epochs 3 --ui none --out {out}");
    scratch.run(&line("whole")).succeeded();
    let stays = tree::paths(&scratch.path("whole"));
    let again = |out: &str| {
        if scratch.path(out).join("run.json").exists() {
            format!("train --resume {out} --ui none")
        } else {
            line(out)
        }
    };
    under_limits(&scratch, line, again, |out| {
        tree::assert_paths(&scratch.path(out), &stays, out);
        scratch.assert_same_runs("whole", out);
    });
}

#[test]
fn a_report_whose_files_do_not_fit_is_whole_when_they_do() {
    let scratch = compared();
    let line = |out: &str| format!("report both --out {out}");
    scratch.run(&line("whole")).succeeded();
    let wanted = tree::files(&scratch.path("whole"));
    under_limits(&scratch, line, line, |out| {
        assert!(tree::files(&scratch.path(out)) == wanted, "{out}");
    });
}

#[test]
fn a_row_that_does_not_fit_is_not_there() {
    let scratch = compared();
    let line = |rows: &str| format!("report both --out report --row {rows}");
    scratch.run(&line("rows")).succeeded();
    let row = scratch.read("rows");
    let known = scratch.names(".");
    // Longer than any file of the report, so that the report fits and the row does not.
    let files = tree::files(&scratch.path("report"));
    let longest = files.values().flatten().map(Vec::len).max().unwrap();
    let first = longest.div_ceil(row.len()) + 2;
    for count in first..first + 4 {
        let rows = row.repeat(count);
        // All blocks but the last, which may be full.
        let blocks = (rows.len() + row.len() - 1) / 512;
        for fatal in [false, true] {
            // Room for a part of the row, and for all of it.
            for (blocks, fits) in [(blocks, false), (blocks + 1, true)] {
                scratch.write("rows", &rows);
                let blocks = u32::try_from(blocks).unwrap();
                let mut command = limited(&scratch, &line("rows"), blocks, fatal);
                command.stdout(Stdio::null()).stderr(Stdio::null());
                assert_eq!(command.status().unwrap().success(), fits, "{blocks} blocks");
                let expected = row.repeat(count + usize::from(fits));
                assert!(
                    scratch.read("rows") == expected,
                    "{count} rows, {blocks} blocks"
                );
                // What a command that was killed leaves, the next one clears.
                if fits || !fatal {
                    assert_eq!(scratch.names("."), known, "{blocks} blocks");
                }
            }
        }
    }
}

#[test]
fn a_table_that_does_not_fit_leaves_the_document() {
    let scratch = compared();
    scratch
        .run("report both --out report --row rows")
        .succeeded();
    let before = format!(
        "# Mine\n<!-- results -->\n<!-- /results -->\n{}",
        "More. ".repeat(300)
    );
    let line = "table rows --into mine/page.md";
    scratch.write("mine/page.md", &before);
    scratch.run(line).succeeded();
    let after = scratch.read("mine/page.md");
    for blocks in BLOCKS {
        for fatal in [false, true] {
            scratch.write("mine/page.md", &before);
            let mut command = limited(&scratch, line, blocks, fatal);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            if !command.status().unwrap().success() {
                assert!(
                    scratch.read("mine/page.md") == before.as_bytes(),
                    "{blocks} blocks"
                );
                scratch.run(line).succeeded();
            }
            assert!(scratch.read("mine/page.md") == after, "{blocks} blocks");
            assert_eq!(scratch.names("mine"), ["page.md"], "{blocks} blocks");
        }
    }
}
