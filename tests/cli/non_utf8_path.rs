//! Paths that are not UTF-8.
#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use crate::ended::Ended;
use crate::scratch::Scratch;

/// A name in Latin-1.
fn name() -> &'static OsStr {
    OsStr::from_bytes(b"d\xe9j\xe0 vu")
}

/// Runs `mixup LINE`, followed by the [`name`].
fn run(scratch: &Scratch, line: &str) -> Ended {
    let mut command = scratch.command(line);
    command.arg(name());
    Scratch::finish(line, command)
}

#[test]
fn json_that_would_name_such_a_path_is_refused_before_the_work() {
    let scratch = crate::compare::with_two_arms(Scratch::new());
    scratch.train("run", "--epochs 1");
    fs::write(scratch.path(name()), "no picture").unwrap();
    let count = || fs::read_dir(scratch.path("")).unwrap().count();
    for line in [
        "train tiny.toml --data data --json --out",
        "train --json --resume",
        "compare tiny.toml plain.toml --data data --json --out",
        "compare tiny.toml plain.toml --data data --json --shard 1/2 --out",
        "demo --json --out",
        "report --json run --out",
        "report --json",
        "predict --weights run/model.safetensors --json",
        "predict a.png --json --weights",
    ] {
        let before = count();
        let said = run(&scratch, line).failed_with(2);
        assert!(said.contains("expected a path in UTF-8"), "{said}");
        assert!(said.contains("hint: leave --json out"), "{said}");
        assert_eq!(count(), before, "mixup {line}");
    }
}

#[test]
fn without_json_such_a_folder_is_a_run_like_any_other() {
    let scratch = Scratch::new();
    run(
        &scratch,
        "train tiny.toml --data data --epochs 1 --ui none --out",
    )
    .succeeded();
    let said = run(&scratch, "train tiny.toml --data data --epochs 1 --out").failed_with(2);
    let hint = r"mixup train --resume $'d\351j\340 vu'; or";
    assert!(said.contains(hint), "{said}");
    run(&scratch, "train --ui none --epochs 2 --resume").succeeded();
    run(&scratch, "report").succeeded();
    assert!(scratch.path(name()).join("report.html").is_file());
}

#[test]
fn a_run_on_data_at_such_a_path_resumes() {
    let scratch = Scratch::new();
    fs::rename(scratch.path("data"), scratch.path(name())).unwrap();
    run(
        &scratch,
        "train tiny.toml --out run --epochs 1 --ui none --data",
    )
    .succeeded();
    let data = scratch.json("run/run.json")["data"].clone();
    let data = data.as_str().unwrap();
    assert!(
        data.starts_with("file:///") && data.ends_with("/d%E9j%E0%20vu"),
        "{data}"
    );
    scratch
        .run("train --resume run --epochs 2 --ui none")
        .succeeded();
    scratch
        .run("evaluate --weights run/model.safetensors")
        .succeeded();
    let checked = run(&scratch, "data check --json").succeeded().json();
    assert_eq!(checked["source"], data);
    scratch.run(&format!("data check {data}")).succeeded();
}

#[test]
fn a_folder_inside_such_a_folder_resumes_without_its_path() {
    let scratch = Scratch::new();
    let folder = scratch.path(name());
    fs::create_dir(&folder).unwrap();
    fs::rename(scratch.path("data"), folder.join("data")).unwrap();
    fs::rename(scratch.path("tiny.toml"), folder.join("tiny.toml")).unwrap();
    for line in [
        "train tiny.toml --data data --out run --epochs 1 --json",
        "train --resume run --epochs 2 --json",
    ] {
        let mut command = scratch.command(line);
        command.current_dir(&folder);
        assert_eq!(
            Scratch::finish(line, command).succeeded().json()["run"],
            "run"
        );
    }
}
