//! A disk that is full when a run starts, or fills while it trains.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use crate::scratch::Scratch;

/// A small file system of its own, until it is dropped.
struct Disk(PathBuf);

impl Disk {
    /// Mounts it at `disk`; `None` where this user may not.
    fn mount(scratch: &Scratch, options: &str) -> Option<Self> {
        let path = scratch.path("disk");
        fs::create_dir_all(&path).unwrap();
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]);
        if command.arg(&path).output().ok()?.status.success() {
            return Some(Self(path));
        }
        let mut stderr = std::io::stderr();
        // Past the test harness, which hides what a passing test prints.
        let skipped = "skipped: a full disk needs root, to mount a small one";
        writeln!(stderr, "{skipped}").unwrap();
        None
    }

    fn make_space(&self) {
        let mut command = Command::new("mount");
        command.args(["-o", "remount,size=16m"]).arg(&self.0);
        assert!(command.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The folder's removal tells if it stays.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_run_folder_that_finds_no_space_is_not_begun() {
    let scratch = Scratch::new();
    // No folder can be made; a folder can, but not its second file.
    for options in ["size=64k,nr_inodes=1", "size=4k"] {
        let Some(_disk) = Disk::mount(&scratch, options) else {
            return;
        };
        let line = "train tiny.toml --data data --out disk/run";
        let said = scratch.run(line).failed_with(2);
        assert!(said.contains("No space left on device"), "{said}");
        assert_eq!(scratch.names("disk"), [""; 0]);
    }
}

#[test]
fn a_disk_that_fills_while_it_trains_leaves_a_run_that_goes_on() {
    let scratch = Scratch::new();
    // So little is learnt that the first epoch's weights stay the best: they must not get lost.
    scratch.experiment("tiny.toml", "learning_rate = 0.01", "learning_rate = 1e-5");
    scratch.train("whole", "");
    let (mut failed, mut with_checkpoint, mut fitted) = (0, 0, 0);
    // In steps of a page, so that every file is once the one that does not fit.
    for kilobytes in (8..=180).step_by(4) {
        let Some(disk) = Disk::mount(&scratch, &format!("size={kilobytes}k")) else {
            return;
        };
        let line = "train tiny.toml --data data --out disk/run --ui none";
        let ended = scratch.run(line);
        if ended.code == Some(0) {
            fitted += 1;
        } else {
            let said = ended.failed_with(2);
            assert!(said.contains("No space left on device"), "{said}");
            assert!(!scratch.path("disk/run/summary.json").exists());
            failed += 1;
            let saved = scratch.path("disk/run/checkpoint/epoch-1").exists();
            with_checkpoint += usize::from(saved);
            disk.make_space();
            scratch.run("train --resume disk/run --ui none").succeeded();
        }
        assert_eq!(scratch.names("disk"), ["run"]);
        assert_eq!(
            scratch.names("disk/run"),
            scratch.names("whole"),
            "{kilobytes} kB"
        );
        scratch.assert_same_runs("whole", "disk/run");
    }
    assert!(failed > with_checkpoint && with_checkpoint > 0 && fitted > 0);
}
