//! Comparisons that are extended, split into parts, or trained on different devices.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::compare::{LINE, assert_same, compare, with_two_arms};
use crate::scratch::Scratch;

#[test]
fn a_comparison_is_extended_without_training_anything_twice() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 3 --out whole");
    compare(&scratch, "--trials 1 --out grown");
    let written = |path: &str| {
        fs::metadata(scratch.path(path))
            .unwrap()
            .modified()
            .unwrap()
    };
    let first = written("grown/tiny/seed-1/summary.json");
    let said = scratch
        .run(&format!("{LINE} --trials 3 --out grown"))
        .succeeded();
    assert!(
        said.stdout.contains("6 to have, 2 finished before"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("   6/6  plain, seed 3: "),
        "{}",
        said.stdout
    );
    assert!(
        !said.stdout.contains("1/6  tiny, seed 1"),
        "{}",
        said.stdout
    );
    assert_eq!(written("grown/tiny/seed-1/summary.json"), first);
    // Looking, adding pairs and looking again is said.
    let mark = "This comparison was reported before with fewer pairs (1).";
    assert!(said.stdout.contains(mark), "{}", said.stdout);
    scratch.write("grown/comparison.json", r#"{"arms":["tiny","plain"]}"#);
    let again = scratch.run("report grown").succeeded();
    assert!(
        !again.stdout.contains("reported before"),
        "{}",
        again.stdout
    );
    assert_same(&scratch, "whole", "grown", &[1, 2, 3]);
}

#[test]
fn four_shards_are_one_comparison() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 5 --out whole");
    for shard in 1..=4 {
        compare(
            &scratch,
            &format!("--trials 5 --out parts --shard {shard}/4"),
        );
        assert!(!scratch.path("parts/report.html").exists());
    }
    assert_eq!(scratch.names("parts/tiny").len(), 5);
    scratch.run("report parts").succeeded();
    assert_same(&scratch, "whole", "parts", &[1, 2, 3, 4, 5]);
    let files = ["report.html", "pairs.csv"];
    for file in files {
        let text = |folder: &str| String::from_utf8(scratch.read(Path::new(folder).join(file)));
        let lines = |folder: &str| text(folder).unwrap().lines().count();
        assert_eq!(lines("whole"), lines("parts"), "{file}");
    }
}

#[test]
fn parts_may_start_at_the_same_moment() {
    let scratch = with_two_arms(Scratch::new());
    let parts: Vec<_> = (1..=4)
        .map(|part| {
            let line = format!("{LINE} --trials 4 --out both --shard {part}/4 --ui none");
            scratch.command(&line).spawn().unwrap()
        })
        .collect();
    for mut part in parts {
        assert!(part.wait().unwrap().success());
    }
    scratch.run("report both").succeeded();
    let report = scratch.json("both/report.json");
    assert_eq!(report["comparisons"][0]["last"]["pairs"], 4);
    assert_eq!(report["left_out"], Value::Array(vec![]));
}

#[test]
fn a_run_that_diverges_is_named_and_the_other_pairs_are_compared() {
    let scratch = with_two_arms(Scratch::new());
    scratch.diverging_experiment("lost.toml");
    let line =
        "compare lost.toml plain.toml --data data --epochs 1 --trials 2 --out both --ui none";
    let ended = scratch.run(line);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let error =
        "error: lost, seed 1: the training loss became NaN in epoch 1, iteration 1; lost, seed 2: ";
    assert!(ended.stderr.starts_with(error), "{}", ended.stderr);
    let report = scratch.json("both/report.json");
    assert_eq!(report["arms"].as_array().unwrap().len(), 1);
    assert_eq!(report["left_out"].as_array().unwrap().len(), 2);
}

#[test]
fn a_run_that_resumed_on_another_device_names_both() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    for file in ["summary.json", "evaluation.json"] {
        fs::remove_file(scratch.path("both/plain/seed-1").join(file)).unwrap();
    }
    compare(&scratch, "--trials 1 --out both --kernels scalar");
    let device = scratch.json("both/plain/seed-1/run.json")["device"].to_string();
    assert!(device.contains(", then CPU (scalar"), "{device}");
    let marks = scratch.json("both/report.json")["marks"].to_string();
    assert!(marks.contains(", then CPU (scalar"), "{marks}");
}
