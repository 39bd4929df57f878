//! Reports of finished runs: what they take, what they leave out, what they refuse.

use serde_json::Value;

use crate::compare::{compare, with_two_arms};
use crate::scratch::{Scratch, TEST, number};

#[test]
fn one_run_has_a_report_that_compares_nothing() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 2");
    let ended = scratch.run("report run --json").succeeded();
    assert_eq!(ended.json()["comparisons"], Value::Array(vec![]));
    let report = scratch.json("run/report.json");
    assert_eq!(report["arms"].as_array().unwrap().len(), 1);
    assert!(!scratch.path("run/pairs.csv").exists());
    assert!(scratch.path("run/report.html").exists());
    // A run with a report in its folder is still a run.
    scratch
        .run("train --resume run --epochs 3 --ui none")
        .succeeded();
}

#[test]
fn a_run_s_measures_agree_with_its_predictions() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 4");
    let evaluation = scratch.json("run/evaluation.json");
    let test = &evaluation["test"];
    let text = String::from_utf8(scratch.read("run/predictions.csv")).unwrap();
    let mut confusion = vec![vec![0; 10]; 10];
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let class = |field: &str| field.parse::<usize>().unwrap();
        confusion[class(fields[1])][class(fields[2])] += 1;
    }
    assert_eq!(test["confusion"], serde_json::json!(confusion));
    let right: i32 = (0..10).map(|class| confusion[class][class]).sum();
    assert!((number(test, "accuracy") - f64::from(right) / TEST as f64).abs() < 1e-12);
    let summary = scratch.json("run/summary.json");
    assert_eq!(test["loss"], summary["last_test_loss"]);
    let bins = test["reliability"].as_array().unwrap();
    let images: u64 = bins.iter().map(|bin| bin["images"].as_u64().unwrap()).sum();
    assert_eq!((bins.len(), images), (15, TEST as u64));
    assert_eq!(evaluation["training"]["images"], 50);
    assert_eq!(evaluation["best"], Value::Null);

    let judged = scratch
        .run("evaluate --weights run/model.safetensors --data data --json")
        .succeeded()
        .json();
    for key in ["accuracy", "nll", "brier", "ece", "confusion"] {
        assert_eq!(judged[key], test[key], "{key}");
    }
}

#[test]
fn an_unfinished_run_is_left_out_and_named() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 2 --out both");
    std::fs::remove_file(scratch.path("both/plain/seed-2/summary.json")).unwrap();
    let said = scratch.run("report both").succeeded();
    let words = "left out: both/plain/seed-2: unfinished: its 2 epochs are not judged yet";
    assert!(said.stdout.contains(words), "{}", said.stdout);
    let report = scratch.json("both/report.json");
    assert_eq!(report["comparisons"][0]["last"]["pairs"], 1);
    assert_eq!(report["left_out"][0]["run"], "both/plain/seed-2");
}

#[test]
fn runs_of_another_kind_are_refused_or_marked() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 2 --out both");

    // The same name, another experiment.
    scratch.train("other/tiny", "--epochs 3 --seed 9");
    scratch.refused_for(
        "report both other --out all",
        &["tiny: expected one epochs in all runs"],
    );

    // The same run named twice is one; another with its name and seed is not.
    scratch
        .run("report both/tiny/seed-1 both --out all")
        .succeeded();
    scratch.train("again", "--epochs 2");
    scratch.refused_for(
        "report again both --out all",
        &["expected each seed once, found seed 1 in"],
    );

    let info = String::from_utf8(scratch.read("both/plain/seed-2/run.json")).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let other = info.replace(&version, "\"version\": \"0.0.9\"");
    assert_ne!(other, info);
    scratch.write("both/plain/seed-2/run.json", other);
    let said = scratch.run("report both").succeeded();
    assert!(said.stdout.contains("0.0.9"), "{}", said.stdout);
    let report = scratch.json("both/report.json");
    assert!(
        report["marks"].to_string().contains("0.0.9"),
        "{}",
        report["marks"]
    );

    let fingerprint = scratch.json("both/plain/seed-2/run.json")["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    scratch.write(
        "both/plain/seed-2/run.json",
        info.replace(&fingerprint, &"0".repeat(64)),
    );
    scratch.refused_for("report both", &["fingerprint"]);
}

#[test]
fn what_is_no_run_is_refused() {
    let scratch = Scratch::new();
    for path in ["nothing", "tiny.toml"] {
        let words = format!("{path}: expected a run folder or a folder of runs, found none");
        scratch.refused_for(&format!("report {path}"), &[&words, "mixup train"]);
    }
    scratch.refused_for("table nothing", &["nothing: No such file", "--row FILE"]);
    scratch.refused_for(
        "report data",
        &["expected a run folder or a folder of runs"],
    );
    scratch.train("run", "--epochs 1");
    scratch.refused_for(
        "report run --baseline plain --out elsewhere",
        &["--baseline plain: expected one of tiny"],
    );
    std::fs::remove_file(scratch.path("run/summary.json")).unwrap();
    scratch.refused_for(
        "report run",
        &["expected finished runs, found none: run is unfinished"],
    );
}

#[test]
fn rows_become_the_table_of_a_document() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 2 --out both");
    for label in ["one", "two"] {
        let line = format!("report both --row rows.jsonl --label {label}");
        scratch.run(&line).succeeded();
    }
    assert_eq!(scratch.json("both/report.json")["title"], "two");
    let table = scratch.run("table rows.jsonl").succeeded().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    for (line, label) in lines[2..].iter().zip(["one", "two"]) {
        assert!(line.starts_with(&format!("| {label} | 2 | 2 | ")), "{line}");
        let fingerprint = scratch.json("both/tiny/seed-1/run.json")["fingerprint"].to_string();
        assert!(line.contains(&fingerprint[1..13]), "{line}");
    }
    scratch.write(
        "doc.md",
        "before\n<!-- results -->\nold\n<!-- /results -->\nafter\n",
    );
    scratch.run("table rows.jsonl --into doc.md").succeeded();
    let text = String::from_utf8(scratch.read("doc.md")).unwrap();
    assert_eq!(
        text,
        format!("before\n<!-- results -->\n{table}<!-- /results -->\nafter\n")
    );
    scratch.write("doc.md", "nothing here\n");
    scratch.refused_for(
        "table rows.jsonl --into doc.md",
        &["doc.md", "found no such place"],
    );
    scratch.write("rows.jsonl", "{}\n");
    scratch.refused_for("table rows.jsonl", &["rows.jsonl:1"]);
    scratch.train("run", "--epochs 1");
    let said = scratch.run("report run --row rows.jsonl");
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("--row: expected runs of two"),
        "{}",
        said.stderr
    );
}
