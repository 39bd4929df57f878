//! Paired trials: what they leave, how they are stopped, gone on with, extended and shared out, and what
//! cannot be part of them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::ended::Ended;
use crate::scratch::Scratch;

/// `tiny.toml` and, without mixing, `plain.toml`.
pub(crate) fn with_two_arms(scratch: Scratch) -> Scratch {
    scratch.experiment("plain.toml", "alpha = 0.2", "alpha = 0.0");
    scratch
}

const LINE: &str = "compare tiny.toml plain.toml --data data --epochs 2";

pub(crate) fn compare(scratch: &Scratch, flags: &str) -> Ended {
    scratch
        .run(&format!("{LINE} --ui none {flags}"))
        .succeeded()
}

/// `report.json` without what a clock says.
pub(crate) fn report(scratch: &Scratch, folder: &str) -> Value {
    let mut report = scratch.json(&format!("{folder}/report.json"));
    for arm in report["arms"].as_array_mut().unwrap() {
        assert!(arm["seconds"].take()["mean"].as_f64().unwrap() > 0.0);
        for run in arm["runs"].as_array_mut().unwrap() {
            run["seconds"].take();
        }
    }
    report
}

/// Asserts that two comparisons have the same runs and the same report.
fn assert_same(scratch: &Scratch, one: &str, other: &str, seeds: &[u32]) {
    for arm in ["tiny", "plain"] {
        for seed in seeds {
            let run = |folder: &str| format!("{folder}/{arm}/seed-{seed}");
            // The arm that mixes nothing keeps no mixed pairs.
            if arm == "plain" {
                assert!(!scratch.path(run(one)).join("mixed.json").exists());
                assert_eq!(scratch.metrics(&run(one)), scratch.metrics(&run(other)));
            } else {
                scratch.assert_same_runs(&run(one), &run(other));
            }
        }
    }
    assert_eq!(report(scratch, one), report(scratch, other));
}

#[test]
fn a_comparison_leaves_its_runs_and_their_report() {
    let scratch = with_two_arms(Scratch::new());
    let ended = compare(&scratch, "--trials 2 --out both --json");
    let told = ended.json();
    assert_eq!(told["report"], "both/report.html");
    assert_eq!(
        scratch.names("both"),
        [
            "comparison.json",
            "epochs.csv",
            "pairs.csv",
            "plain",
            "report.html",
            "report.json",
            "runs.csv",
            "tiny"
        ]
    );
    let report = scratch.json("both/report.json");
    assert_eq!(report["title"], "tiny against plain");
    assert_eq!(report["comparisons"], told["comparisons"]);
    let comparison = &report["comparisons"][0];
    assert_eq!(comparison["baseline"], "plain");
    let mut differences = vec![];
    for (pair, seed) in comparison["pairs"].as_array().unwrap().iter().zip(1..) {
        assert_eq!(pair["seed"], seed);
        let last = |arm: &str| -> f64 {
            let summary = scratch.json(&format!("both/{arm}/seed-{seed}/summary.json"));
            assert_eq!(
                (&summary["seed"], &summary["epochs"]),
                (&seed.into(), &2.into())
            );
            summary["last_test_accuracy"].as_f64().unwrap()
        };
        let difference = pair["difference"].as_f64().unwrap();
        assert!((difference - last("tiny") + last("plain")).abs() < 1e-9);
        differences.push(difference);
    }
    assert_eq!(differences.len(), 2);
    let mean = comparison["last"]["mean"].as_f64().unwrap();
    assert!((mean - (differences[0] + differences[1]) / 2.0).abs() < 1e-9);
    let csv = |name: &str| String::from_utf8(scratch.read(format!("both/{name}"))).unwrap();
    assert_eq!(csv("runs.csv").lines().count(), 1 + 4);
    assert_eq!(csv("epochs.csv").lines().count(), 1 + 4 * 2);
    assert_eq!(csv("pairs.csv").lines().count(), 1 + 2);
    let page = csv("report.html");
    let headline = comparison["headline"].as_str().unwrap();
    assert!(page.contains(headline), "{headline}");
    assert!(!page.contains("http://") && !page.contains("https://"));
}

#[test]
fn pairs_share_their_seed_and_differ_from_other_pairs() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--seeds 4,7 --out both");
    for seed in [4, 7] {
        let run = format!("both/plain/seed-{seed}");
        scratch
            .run(&format!(
                "train plain.toml --data data --epochs 2 --seed {seed} --out alone-{seed} --ui none"
            ))
            .succeeded();
        assert_eq!(
            scratch.metrics(&run),
            scratch.metrics(&format!("alone-{seed}"))
        );
    }
    assert_ne!(
        scratch.metrics("both/plain/seed-4"),
        scratch.metrics("both/plain/seed-7")
    );
}

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
fn what_cannot_be_part_of_a_comparison_is_refused_before_training() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    let line = format!("{LINE} --trials 2 --out both");

    scratch.experiment(
        "plain.toml",
        "alpha = 0.2",
        "alpha = 0.0\nprobability = 0.5",
    );
    let text = String::from_utf8(scratch.read("plain.toml")).unwrap();
    scratch.write("plain.toml", text.replace("every = 2\n", ""));
    let words =
        ["both/plain/seed-1: expected a run of plain with seed 1, found one with another mixing."];
    scratch.refused_for(&line, &words);
    scratch.experiment("plain.toml", "alpha = 0.2", "alpha = 0.0");

    scratch.refused_for(
        &line.replace("--epochs 2", "--epochs 3"),
        &["another epochs"],
    );

    let mut other = scratch.read("data/test_batch.bin");
    other[5] ^= 1;
    scratch.write("other/test_batch.bin", other);
    for batch in 1..=5 {
        let name = format!("data_batch_{batch}.bin");
        scratch.write(
            format!("other/{name}"),
            scratch.read(format!("data/{name}")),
        );
    }
    scratch.refused_for(
        &line.replace("--data data", "--data other"),
        &["both/tiny/seed-1", "fingerprint"],
    );

    let info = String::from_utf8(scratch.read("both/plain/seed-1/run.json")).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(info.contains(&version));
    scratch.write(
        "both/plain/seed-1/run.json",
        info.replace(&version, "\"version\": \"0.0.9\""),
    );
    scratch.refused_for(&line, &["version 0.0.9"]);
    scratch.write("both/plain/seed-1/run.json", info);
    compare(&scratch, "--trials 1 --out both");

    scratch.experiment("third.toml", "alpha = 0.2", "alpha = 0.4");
    scratch.refused_for(
        "compare third.toml plain.toml --data data --out both",
        &["expected a comparison of third and plain, found one of tiny and plain"],
    );
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --out both/tiny/seed-1",
        &["found a run"],
    );
    scratch.refused_for(
        "compare tiny.toml tiny.toml --data data --out two",
        &["tiny twice"],
    );
    scratch.write("two/tiny/seed-1/notes.txt", "mine");
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --out two",
        &["two/tiny/seed-1", "found other files"],
    );
}
