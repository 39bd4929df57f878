//! Two experiments in paired trials: the runs, their report, and how to repeat them.

use serde_json::Value;

use crate::ended::Ended;
use crate::scratch::Scratch;

/// `tiny.toml` and, without mixing, `plain.toml`.
pub(crate) fn with_two_arms(scratch: Scratch) -> Scratch {
    scratch.experiment("plain.toml", "alpha = 0.2", "alpha = 0.0");
    scratch
}

pub(crate) const LINE: &str = "compare tiny.toml plain.toml --data data --epochs 2";

pub(crate) fn compare(scratch: &Scratch, flags: &str) -> Ended {
    scratch
        .run(&format!("{LINE} --ui none {flags}"))
        .succeeded()
}

/// `report.json` without times and without the folder of the runs.
pub(crate) fn report(scratch: &Scratch, folder: &str) -> Value {
    let text = String::from_utf8(scratch.read(format!("{folder}/report.json"))).unwrap();
    let text = text.replace(&format!("{folder}/"), "");
    let mut report: Value = serde_json::from_str(&text).unwrap();
    for arm in report["arms"].as_array_mut().unwrap() {
        assert!(arm["seconds"].take()["mean"].as_f64().unwrap() > 0.0);
        arm["cpu_seconds"].take();
        for run in arm["runs"].as_array_mut().unwrap() {
            run["seconds"].take();
            run["cpu_seconds"].take();
        }
    }
    report
}

/// Asserts that two comparisons have the same runs and the same report.
pub(crate) fn assert_same(scratch: &Scratch, one: &str, other: &str, seeds: &[u32]) {
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
    // The line has no classes, of which there may be thousands.
    let mut comparisons = report["comparisons"].clone();
    for comparison in comparisons.as_array_mut().unwrap() {
        let classes = comparison.as_object_mut().unwrap().remove("classes");
        assert_eq!(classes.unwrap().as_array().unwrap().len(), 10);
    }
    assert_eq!(comparisons, told["comparisons"]);
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
fn the_commands_in_a_report_repeat_its_runs() {
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
