//! A disk that is full when a run starts, or fills while it trains.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::scratch::Scratch;

/// A small file system, unmounted when it is dropped.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// Mounts it at `disk`, which only root may do.
    pub(crate) fn mount(scratch: &Scratch, options: &str) -> Self {
        let path = scratch.path("disk");
        fs::create_dir_all(&path).unwrap();
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]);
        let mounted = command.arg(&path).output();
        let mounted = mounted.expect("the program `mount` is missing");
        let stderr = String::from_utf8_lossy(&mounted.stderr);
        assert!(
            mounted.status.success(),
            "a small file system could not be mounted, which needs root: {stderr}"
        );
        Self(path)
    }

    pub(crate) fn make_space(&self) {
        let mut command = Command::new("mount");
        command.args(["-o", "remount,size=16m"]).arg(&self.0);
        assert!(command.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // If it stays mounted, removing the folder fails and says so.
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// Asserts that a run into a disk with these options is refused and writes nothing.
fn refused_on(options: &str) {
    let scratch = Scratch::new();
    let _disk = Disk::mount(&scratch, options);
    let line = "train tiny.toml --data data --out disk/run";
    let said = scratch.run(line).failed_with(2);
    assert!(said.contains("No space left on device"), "{said}");
    assert_eq!(scratch.names("disk"), [""; 0]);
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_no_run_starts_where_no_folder_fits() {
    refused_on("size=64k,nr_inodes=1");
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_no_run_starts_where_its_second_file_does_not_fit() {
    refused_on("size=4k");
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_a_run_that_filled_its_disk_resumes_when_there_is_space() {
    let scratch = Scratch::new();
    // With so small a learning rate the first epoch's weights stay the best and must be kept.
    scratch.experiment("tiny.toml", "learning_rate = 0.01", "learning_rate = 1e-5");
    scratch.train("whole", "");
    let (mut failed, mut with_checkpoint, mut fitted) = (0, 0, 0);
    // In steps of a page, so that each file is the one that does not fit at some size.
    for kilobytes in (8..=320).step_by(4) {
        let disk = Disk::mount(&scratch, &format!("size={kilobytes}k"));
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
    assert!(
        failed > with_checkpoint && with_checkpoint > 0 && fitted > 0,
        "{failed} failed, {with_checkpoint} with a checkpoint, {fitted} fitted"
    );
}

/// Half a line would be refused by `mixup table`, and the next row would be glued to it.
#[test]
#[ignore = "needs root, to mount a small file system"]
fn tool_mount_a_row_that_does_not_fit_leaves_the_file_as_it_was() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    crate::compare::compare(&scratch, "--trials 1 --out both");
    let _disk = Disk::mount(&scratch, "size=8k");
    scratch.run("report both --row disk/rows.jsonl").succeeded();
    // The row needs more than what is left of the page.
    let label = "x".repeat(7000);
    let before = scratch.read("disk/rows.jsonl");
    let said = scratch
        .run(&format!(
            "report both --row disk/rows.jsonl --label {label}"
        ))
        .failed_with(2);
    assert!(said.contains("No space left on device"), "{said}");
    assert!(scratch.read("disk/rows.jsonl") == before);
    scratch.run("table disk/rows.jsonl").succeeded();
}
