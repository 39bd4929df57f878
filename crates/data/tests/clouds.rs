//! Point clouds that other programs wrote: read, and compared cloud by cloud.
//!
//! `MIXUP_PYTHON` names a Python that has NumPy, h5py and trimesh; without it, `python3` is taken.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use mixup_data::{CloudRequest, Clouds, OpenedClouds, holds_clouds, open_clouds};

/// Runs `clouds.py`, and returns what it prints.
fn python(word: &str, folder: &Path) -> String {
    let program = std::env::var_os("MIXUP_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clouds.py");
    let mut command = Command::new(program);
    let done = command.arg(script).arg(word).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    String::from_utf8(done.stdout).unwrap()
}

/// Writes what was read, for the script to check.
fn write(folder: &Path, case: &str, opened: &OpenedClouds) {
    let file = |ending: &str| folder.join(format!("{case}.{ending}"));
    let part = |word: &str, clouds: &Clouds| {
        let values = clouds.points().iter().flatten();
        let values: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
        fs::write(file(&format!("{word}.points")), values).unwrap();
        let labels = clouds.labels().iter();
        let labels: Vec<u8> = labels.flat_map(|label| label.to_le_bytes()).collect();
        fs::write(file(&format!("{word}.labels")), labels).unwrap();
    };
    part("train", &opened.clouds.train);
    part("test", &opened.clouds.test);
    fs::write(file("classes"), opened.clouds.classes.join("\n")).unwrap();
}

#[test]
#[ignore = "needs a Python with NumPy, h5py and trimesh"]
fn tool_clouds_of_other_writers_are_read_cloud_by_cloud() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    python("write", folder);
    let cases = fs::read_to_string(folder.join("cases.txt")).unwrap();
    for line in cases.lines() {
        let (name, points) = line.split_once(' ').unwrap();
        let request = CloudRequest {
            points: points.parse().ok(),
            split: None,
        };
        let path = folder.join(name);
        assert!(holds_clouds(&path), "{name}");
        let opened = open_clouds(&path, &request, &|_, _| {}).unwrap();
        write(folder, &format!("{name}.{points}"), &opened);
    }
    // Eight sets of 10 clouds, twice; six of these once more; and two of 18 meshes.
    let compared = python("check", folder);
    assert_eq!(compared.trim(), (8 * 10 * 2 + 6 * 10 + 2 * 18).to_string());
}
