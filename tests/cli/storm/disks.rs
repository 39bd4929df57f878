//! Disks that fill while a report, a table or a comparison is written.
#![cfg(target_os = "linux")]

use super::kills_of_reports::compared;
use super::tree;
use crate::full_disk::Disk;
use crate::scratch::Scratch;

/// Runs `mixup LINE` on disks of growing size. Where it fails it must be refused for that reason and succeed
/// when there is space. `check` must hold then, and `kept` right after a failure.
fn on_small_disks(
    scratch: &Scratch,
    line: &str,
    kilobytes: impl Iterator<Item = usize>,
    (prepare, kept, check): (impl Fn(), impl Fn(), impl Fn()),
) {
    let (mut failed, mut fitted) = (0, 0);
    for size in kilobytes {
        let disk = Disk::mount(scratch, &format!("size={size}k"));
        prepare();
        let ended = scratch.run(line);
        if ended.code == Some(0) {
            fitted += 1;
        } else {
            let lines: Vec<&str> = ended.stderr.lines().collect();
            assert_eq!(ended.code, Some(2), "{size} kB: {}", ended.stderr);
            let error = lines[lines.len() - 2];
            assert!(
                error.contains("No space left on device"),
                "{size} kB: {error}"
            );
            kept();
            failed += 1;
            disk.make_space();
            scratch.run(line).succeeded();
        }
        check();
    }
    assert!(failed > 0 && fitted > 0, "{failed} failed, {fitted} fitted");
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_a_report_that_filled_its_disk_is_whole_when_there_is_space() {
    let scratch = compared();
    scratch.run("report both --out whole").succeeded();
    let wanted = tree::files(&scratch.path("whole"));
    let check = || {
        assert_eq!(scratch.names("disk"), ["report"]);
        assert!(tree::files(&scratch.path("disk/report")) == wanted);
    };
    let line = "report both --out disk/report";
    on_small_disks(&scratch, line, (4..=340).step_by(24), (|| (), || (), check));
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_a_row_that_filled_its_disk_is_not_there() {
    let scratch = compared();
    scratch
        .run("report both --out report --row row")
        .succeeded();
    let row = scratch.read("row");
    // The next row begins on the last page and ends on one more.
    let page = |count: usize| count * row.len() / 4096;
    let crosses = |count: &usize| page(*count) < page(count + 1);
    for count in (1..100).filter(crosses).take(4) {
        let before = row.repeat(count);
        let prepare = || scratch.write("disk/rows", &before);
        let kept = || {
            assert!(scratch.read("disk/rows") == before, "half a row");
            assert_eq!(scratch.names("disk"), ["rows"]);
        };
        let check = || {
            assert!(scratch.read("disk/rows") == row.repeat(count + 1));
            assert_eq!(scratch.names("disk"), ["rows"]);
        };
        let pages = before.len().next_multiple_of(4096) / 1024;
        let line = "report both --out report --row disk/rows";
        let sizes = [pages, 64].into_iter();
        on_small_disks(&scratch, line, sizes, (prepare, kept, check));
    }
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_a_table_that_filled_its_disk_leaves_the_document() {
    let scratch = compared();
    scratch
        .run("report both --out report --row rows")
        .succeeded();
    let before = format!(
        "<!-- results -->\n<!-- /results -->\n{}",
        "More. ".repeat(2000)
    );
    let prepare = || scratch.write("disk/page.md", &before);
    let kept = || {
        assert!(scratch.read("disk/page.md") == before.as_bytes());
        assert_eq!(scratch.names("disk"), ["page.md"]);
    };
    let check = || {
        let text = String::from_utf8(scratch.read("disk/page.md")).unwrap();
        assert!(text.contains("tiny against plain") && text.ends_with("More. "));
        assert_eq!(scratch.names("disk"), ["page.md"]);
    };
    let line = "table rows --into disk/page.md";
    on_small_disks(&scratch, line, (12..=40).step_by(4), (prepare, kept, check));
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_a_comparison_that_filled_its_disk_continues_when_there_is_space() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    let line = "compare tiny.toml plain.toml --data data --epochs 2 --trials 1 --ui none --out";
    scratch.run(&format!("{line} whole")).succeeded();
    let stays = tree::paths(&scratch.path("whole"));
    let check = || {
        assert_eq!(scratch.names("disk"), ["both"]);
        tree::assert_paths(&scratch.path("disk/both"), &stays, "a full disk");
        crate::compare::assert_same(&scratch, "whole", "disk/both", &[1]);
    };
    let line = format!("{line} disk/both");
    on_small_disks(
        &scratch,
        &line,
        (8..=808).step_by(50),
        (|| (), || (), check),
    );
}
