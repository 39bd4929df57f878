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

/// `report.json` without what a clock says and where the runs lie.
pub(crate) fn report(scratch: &Scratch, folder: &str) -> Value {
    let text = String::from_utf8(scratch.read(format!("{folder}/report.json"))).unwrap();
    let text = text.replace(&format!("{folder}/"), "");
    let mut report: Value = serde_json::from_str(&text).unwrap();
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
    compare(&scratch, "--trials 1");
    assert!(scratch.path("runs/tiny-against-plain/report.html").exists());
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
    // The report would have it too, so it is refused as well where it is none of this call's.
    let others = line.replace("--trials 2", "--seeds 8-9");
    scratch.refused_for(&others, &["both/plain/seed-1", "version 0.0.9"]);
    scratch.write("both/plain/seed-1/run.json", info);
    compare(&scratch, "--trials 1 --out both");

    scratch.experiment("third.toml", "alpha = 0.2", "alpha = 0.4");
    scratch.refused_for(
        "compare third.toml plain.toml --data data --out both",
        &["expected a comparison of third and plain or an empty folder, found one of tiny and plain"],
    );
    scratch.refused_for(
        "compare plain.toml tiny.toml --data data --out both",
        &["found one of tiny and plain", "in the comparison's order"],
    );
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --out both/tiny/seed-1",
        &["found other files"],
    );
    scratch.refused_for(
        "compare tiny.toml tiny.toml --data data --out two",
        &["tiny twice"],
    );
    scratch.write("two/notes.txt", "mine");
    scratch.refused_for(
        "compare tiny.toml plain.toml --data data --out two",
        &["two: expected a comparison of tiny and plain or an empty folder"],
    );
    scratch.experiment("held.toml", "seed = 1", "validation = 5\nseed = 1");
    scratch.refused_for(
        "compare held.toml plain.toml --data data --out three",
        &["expected one number of validation images in both experiments, found 5 and 0"],
    );
}

#[test]
fn parts_that_start_at_one_moment_do_not_hinder_each_other() {
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
fn the_commands_that_a_report_names_train_the_same_again() {
    let scratch = with_two_arms(Scratch::new());
    scratch
        .run("demo --epochs 1 --trials 2 --ui none --out pairs")
        .succeeded();
    let report = scratch.json("pairs/report.json");
    for line in report["repeat"].as_array().unwrap() {
        let line = line.as_str().unwrap();
        match line.strip_prefix("mixup ") {
            Some(line) => drop(scratch.run(&format!("{line} --ui none")).succeeded()),
            None => {
                let mut shell = std::process::Command::new("sh");
                let status = shell.args(["-c", line]).current_dir(scratch.path(""));
                assert!(status.status().unwrap().success(), "{line}");
            }
        }
    }
    for run in ["mixup/seed-1", "mixup/seed-2"] {
        let again = format!("again/mixup-against-baseline/{run}");
        scratch.assert_same_runs(&format!("pairs/{run}"), &again);
    }
}

#[test]
fn a_run_that_diverges_is_named_and_the_other_pairs_are_compared() {
    let scratch = with_two_arms(Scratch::new());
    // So small that every pixel becomes an infinity.
    let std = "std = [1e-45, 1e-45, 1e-45]";
    scratch.experiment("lost.toml", "std = [0.25, 0.25, 0.25]", std);
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
fn a_run_that_went_on_elsewhere_says_so() {
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
