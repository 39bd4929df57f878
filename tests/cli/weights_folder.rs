//! `--weights RUN`: the weights of a run by its folder, and the data of the run.

use std::fs;

use crate::scratch::Scratch;

fn with_run() -> Scratch {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    scratch
}

#[test]
fn a_run_folder_stands_for_its_last_weights() {
    let scratch = with_run();
    let by_folder = scratch.run("evaluate --weights run --json").succeeded();
    let line = "weights: run/model.safetensors, of the last epoch; of the best epoch: run/best.safetensors";
    assert!(by_folder.stderr.contains(line), "{}", by_folder.stderr);
    let by_file = scratch.run("evaluate --weights run/model.safetensors --json");
    assert_eq!(by_folder.json(), by_file.succeeded().json());
}

#[test]
fn a_run_folder_predicts_too() {
    let scratch = with_run();
    scratch.class_folders(&["a"]);
    let line = "predict classes/a/a.png --weights run";
    let said = scratch.run(line).succeeded().stdout;
    assert!(said.starts_with("weights: run/model.safetensors"), "{said}");
    let found = scratch.run(&format!("{line} --json")).succeeded().json();
    assert_eq!(found["weights"], "run/model.safetensors");
}

#[test]
fn a_run_that_is_not_finished_has_no_last_weights() {
    let scratch = with_run();
    for name in ["summary.json", "model.safetensors"] {
        fs::remove_file(scratch.path("run").join(name)).unwrap();
    }
    scratch.refused_for(
        "evaluate --weights run",
        &[
            "run: expected a finished run, which has model.safetensors, found one that is not finished",
            "give the best weights so far: run/best.safetensors",
            "mixup train --resume run",
        ],
    );
    scratch
        .run("evaluate --weights run/best.safetensors")
        .succeeded();
}

#[test]
fn a_folder_of_runs_offers_one_of_them() {
    let scratch = Scratch::new();
    scratch.train("runs/tiny/seed-1", "--epochs 1");
    scratch.refused_for(
        "evaluate --weights runs",
        &[
            "found a folder without model.safetensors",
            "such as runs/tiny/seed-1",
        ],
    );
    scratch.refused_for(
        "predict a.png --weights data",
        &[
            "data: expected a weights file or a run folder",
            "the folder of a finished run",
        ],
    );
}

/// The classes are those of CIFAR-10, which is not on this machine.
#[test]
fn images_that_were_moved_are_asked_for_and_nothing_is_downloaded() {
    let scratch = with_run();
    fs::rename(scratch.path("data"), scratch.path("moved")).unwrap();
    scratch.refused_for(
        "evaluate --weights run",
        &[
            "data: expected the images of the run run, found no such file or folder",
            "mixup evaluate --weights run/model.safetensors --data PATH",
        ],
    );
    scratch
        .run("evaluate --weights run --data moved")
        .succeeded();
}

#[test]
fn weights_without_a_run_do_not_download_cifar10() {
    let scratch = with_run();
    fs::copy(scratch.path("run/model.safetensors"), scratch.path("alone")).unwrap();
    scratch.refused_for(
        "evaluate --weights alone",
        &["alone: expected CIFAR-10", "--data cifar10"],
    );
    let mut command = scratch.command("evaluate --weights alone");
    command.env("MIXUP_DATA", scratch.path("data"));
    Scratch::finish("evaluate", command).succeeded();
}
