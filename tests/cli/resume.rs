//! A run that ended or broke off and resumes has the results of a run that never stopped.

use std::fs;

use crate::scratch::Scratch;

#[test]
fn two_epochs_and_two_more_match_four() {
    let scratch = Scratch::new();
    scratch.train("four", "--epochs 4");
    scratch.train("two", "--epochs 2");
    scratch
        .run("train --resume two --epochs 4 --ui none")
        .succeeded();
    scratch.assert_same_runs("four", "two");
    assert_eq!(
        scratch.read("two/experiment.toml"),
        scratch.read("four/experiment.toml")
    );
    let known = scratch.names("four");
    assert_eq!(scratch.names("two"), known);
}

#[test]
fn best_weights_missing_after_a_kill_are_restored() {
    let scratch = Scratch::new();
    // So little is learnt that no epoch is better than the first.
    scratch.experiment("tiny.toml", "learning_rate = 0.01", "learning_rate = 1e-5");
    scratch.train("whole", "--epochs 3");
    assert_eq!(scratch.json("whole/summary.json")["best_epoch"], 1);

    // As a kill between the first epoch's checkpoint and its best weights leaves the folder.
    scratch.train("run", "--epochs 1");
    for file in [
        "best.safetensors",
        "model.safetensors",
        "predictions.csv",
        "summary.json",
    ] {
        fs::remove_file(scratch.path("run").join(file)).unwrap();
    }
    scratch.write("run/best.safetensors.new", "half a file");
    scratch.write("run/checkpoint/partial/model.bpk", "half a file");
    scratch
        .run("train --resume run --epochs 3 --ui none")
        .succeeded();
    for folder in ["", "/checkpoint"] {
        let names = |run: &str| scratch.names(&format!("{run}{folder}"));
        assert_eq!(names("run"), names("whole"));
    }
    scratch.assert_same_runs("whole", "run");
}

#[test]
fn best_weights_of_an_older_epoch_are_replaced_after_a_kill() {
    let scratch = Scratch::new();
    scratch.train("whole", "");
    let best = scratch.json("whole/summary.json")["best_epoch"]
        .as_u64()
        .unwrap();
    assert!(
        best > 1,
        "the first epoch is the best: there is no older one"
    );

    // As a kill between the best epoch's checkpoint and its best weights leaves the folder.
    scratch.train("older", &format!("--epochs {}", best - 1));
    scratch.train("run", &format!("--epochs {best}"));
    scratch.write(
        "run/best.safetensors",
        scratch.read("older/best.safetensors"),
    );
    fs::remove_file(scratch.path("run/summary.json")).unwrap();
    scratch
        .run("train --resume run --epochs 6 --ui none")
        .succeeded();
    scratch.assert_same_runs("whole", "run");
}

#[test]
fn a_run_whose_data_has_moved_resumes_with_data() {
    let scratch = Scratch::new();
    scratch.train("whole", "--epochs 3");
    scratch.train("run", "--epochs 2");
    fs::rename(scratch.path("data"), scratch.path("moved")).unwrap();
    let line = "train --resume run --epochs 3 --ui none";
    scratch.refused_for(line, &["data: no such file or folder"]);
    scratch.run(&format!("{line} --data moved")).succeeded();
    scratch.assert_same_runs("whole", "run");
}
