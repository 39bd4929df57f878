//! Images that lie elsewhere when a run is resumed.

use std::fs;

use crate::scratch::Scratch;

/// A run of one epoch on `data`.
fn begun() -> Scratch {
    let scratch = Scratch::new();
    scratch.train("home/run", "--epochs 1");
    scratch
}

fn move_data(scratch: &Scratch, to: &str) {
    fs::rename(scratch.path("data"), scratch.path(to)).unwrap();
}

#[test]
fn missing_images_are_asked_for() {
    let scratch = begun();
    move_data(&scratch, "moved");
    scratch.refused_for(
        "train --resume home/run --epochs 2",
        &[
            "data: no such file or folder",
            "mixup train --resume home/run --data PATH",
        ],
    );
}

#[test]
fn the_new_place_is_kept() {
    let scratch = begun();
    move_data(&scratch, "moved");
    for line in [
        "train --resume home/run --epochs 2 --data moved --ui none",
        "train --resume home/run --epochs 3 --ui none",
    ] {
        scratch.run(line).succeeded();
    }
    let recorded = scratch.json("home/run/run.json")["data"].to_string();
    assert!(recorded.ends_with("/moved\""), "{recorded}");
    scratch
        .run("train tiny.toml --data moved --out whole --epochs 3 --ui none")
        .succeeded();
    scratch.assert_same_runs("whole", "home/run");
}

#[test]
fn images_that_were_moved_together_with_the_run_are_found() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("here")).unwrap();
    move_data(&scratch, "here/data");
    let line = "train tiny.toml --data here/data --out here/runs/a --epochs 1 --ui none";
    scratch.run(line).succeeded();
    fs::rename(scratch.path("here"), scratch.path("there")).unwrap();
    scratch
        .run("train --resume there/runs/a --epochs 2 --ui none")
        .succeeded();
    let recorded = scratch.json("there/runs/a/run.json")["data"].to_string();
    assert!(recorded.contains("/there/"), "{recorded}");
}
