//! Reports and tables that are killed: every file is as before or as after, and the next call leaves nothing else.

use std::fs;
use std::time::{Duration, Instant};

use super::chance::Chance;
use super::moments::{Moment, Watched, kill_at, moment};
use super::{tree, tries};
use crate::scratch::Scratch;

/// A finished comparison in `both`.
pub(super) fn compared() -> Scratch {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    crate::compare::compare(&scratch, "--trials 2 --out both");
    scratch
}

/// How long a command takes that succeeds.
fn timed(scratch: &Scratch, line: &str) -> Duration {
    let start = Instant::now();
    scratch.run(line).succeeded();
    start.elapsed()
}

#[test]
fn a_storm_of_kills_leaves_whole_reports() {
    let scratch = compared();
    let line = |out: &str| format!("report both --out {out} --row {out}.jsonl");
    let whole = timed(&scratch, &line("whole"));
    let wanted = tree::files(&scratch.path("whole"));
    let row = scratch.read("whole.jsonl");
    let stays: Vec<_> = wanted.keys().cloned().collect();
    let runs = tree::files(&scratch.path("both"));
    let aims = [
        Moment::There("report.json"),
        Moment::There("runs.csv"),
        Moment::There("epochs.csv"),
        Moment::There("pairs.csv"),
        Moment::There("report.html"),
        Moment::There("../report.jsonl"),
        Moment::Passing(5),
        Moment::Passing(5),
    ];
    let mut chance = Chance::new(3);
    let (goal, mut killed) = (tries(12, 4), 0);
    let mut attempt = 0;
    while killed < goal {
        attempt += 1;
        assert!(attempt < 10 * goal, "{killed} kills in {attempt} reports");
        let moment = moment(&mut chance, whole, &aims);
        let folder = scratch.path("report");
        let stays = &stays;
        let watched = Watched { folder, stays };
        killed += usize::from(kill_at(&scratch, &line("report"), &moment, &watched));
        for (path, bytes) in tree::files(&scratch.path("report")) {
            if let Some(whole) = wanted.get(&path) {
                assert!(
                    *whole == bytes,
                    "{} is half a file: {moment:?}",
                    path.display()
                );
            }
        }
        let rows = fs::read(scratch.path("report.jsonl")).unwrap_or_default();
        assert!(rows.is_empty() || rows == row, "half a row: {moment:?}");
        scratch.run(&line("report")).succeeded();
        assert!(tree::files(&scratch.path("report")) == wanted, "{moment:?}");
        assert_eq!(scratch.names("."), names(&scratch), "{moment:?}");
        assert!(tree::files(&scratch.path("both")) == runs, "{moment:?}");
        assert_eq!(
            scratch.read("report.jsonl"),
            row.repeat(1 + usize::from(!rows.is_empty()))
        );
        fs::remove_dir_all(scratch.path("report")).unwrap();
        fs::remove_file(scratch.path("report.jsonl")).unwrap();
    }
    println!("report: {killed} kills in {attempt} reports");
}

/// What may lie next to the reports.
fn names(scratch: &Scratch) -> Vec<String> {
    let known = [
        "both",
        "data",
        "home",
        "plain.toml",
        "report",
        "report.jsonl",
        "tiny.toml",
        "whole",
        "whole.jsonl",
    ];
    let is_there = |name: &&str| scratch.path(name).exists();
    let known = known.into_iter().filter(is_there);
    known.map(str::to_owned).collect()
}

#[test]
fn a_storm_of_kills_leaves_whole_tables() {
    let scratch = compared();
    for label in ["one", "two"] {
        let line = format!("report both --out report --row {label}.jsonl --label {label}");
        scratch.run(&line).succeeded();
        // Many rows, so that the document is not written at once.
        let row = scratch.read(format!("{label}.jsonl"));
        scratch.write(format!("{label}.jsonl"), row.repeat(2000));
    }
    let empty = "# Mine\n\n<!-- results -->\n<!-- /results -->\n";
    let line = |label: &str| format!("table {label}.jsonl --into mine/page.md");
    let document = |label: &str| {
        scratch.write("mine/page.md", empty);
        let time = timed(&scratch, &line(label));
        (scratch.read("mine/page.md"), time)
    };
    let [(one, time), (two, _)] = ["one", "two"].map(document);
    assert_ne!(one, two);
    let stays = tree::paths(&scratch.path("mine"));
    let aims = [
        Moment::Replaced("page.md"),
        Moment::Passing(1),
        Moment::Passing(1),
    ];
    let mut chance = Chance::new(4);
    let (goal, mut killed) = (tries(12, 4), 0);
    let mut attempt = 0;
    while killed < goal {
        attempt += 1;
        assert!(attempt < 10 * goal, "{killed} kills in {attempt} tables");
        let moment = moment(&mut chance, time, &aims);
        let folder = scratch.path("mine");
        let stays = &stays;
        let watched = Watched { folder, stays };
        // The document has the other table before each call.
        let (label, before, after) = [("one", &two, &one), ("two", &one, &two)][attempt % 2];
        scratch.write("mine/page.md", before);
        killed += usize::from(kill_at(&scratch, &line(label), &moment, &watched));
        let found = scratch.read("mine/page.md");
        assert!(
            found == *before || found == *after,
            "half a document: {moment:?}"
        );
        scratch.run(&line(label)).succeeded();
        assert!(scratch.read("mine/page.md") == *after, "{moment:?}");
        tree::assert_paths(&scratch.path("mine"), stays, &format!("{moment:?}"));
    }
    println!("table: {killed} kills in {attempt} tables");
}
