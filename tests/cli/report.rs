//! Reports of finished runs: what they contain, leave out and mark.

use serde_json::Value;

use crate::compare::{compare, with_two_arms};
use crate::run_files::number;
use crate::scratch::{Scratch, TEST};

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
fn the_measures_of_a_run_agree_with_its_predictions() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 4");
    let evaluation = scratch.json("run/evaluation.json");
    let test = &evaluation["test"];
    let text = String::from_utf8(scratch.read("run/predictions.csv")).unwrap();
    let mut confusion = vec![vec![0; 10]; 10];
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let class = |field: &str| field.parse::<usize>().unwrap();
        confusion[class(fields[1])][class(fields[2])] += 1_usize;
    }
    let counts = &confusion;
    let cells =
        (0..10).flat_map(|row| (0..10).map(move |column| [row, column, counts[row][column]]));
    let cells: Vec<_> = cells.filter(|[_, _, images]| *images > 0).collect();
    assert_eq!(
        test["confusion"],
        serde_json::json!({"classes": 10, "cells": cells})
    );
    let right: usize = (0..10).map(|class| confusion[class][class]).sum();
    assert!((number(test, "accuracy") - right as f64 / TEST as f64).abs() < 1e-12);
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

/// Against the lines of `predictions.csv`.
#[test]
fn a_report_shows_the_surest_mistakes_unless_it_has_no_pictures() {
    let scratch = Scratch::new();
    scratch.train("run", "--epochs 1");
    let mut reader = csv::Reader::from_path(scratch.path("run/predictions.csv")).unwrap();
    let lines: Vec<(usize, u16, u16, f32)> = reader.deserialize().map(Result::unwrap).collect();
    let mut wrong: Vec<_> = lines.iter().filter(|line| line.1 != line.2).collect();
    wrong.sort_by(|a, b| b.3.total_cmp(&a.3));
    assert!(!wrong.is_empty(), "a run of one epoch makes mistakes");

    let kept = scratch.json("run/mistakes.json");
    let kept = kept.as_array().unwrap();
    assert_eq!(kept.len(), wrong.len().min(24));
    for (kept, line) in kept.iter().zip(&wrong) {
        assert_eq!(kept["image"], line.0);
    }
    let page = |flags: &str| {
        scratch.run(&format!("report run {flags}")).succeeded();
        String::from_utf8(scratch.read("run/report.html")).unwrap()
    };
    let alternative = format!("alt=\"Test image {}: ", wrong[0].0);
    let with = page("");
    assert!(with.contains("id=\"mistakes\"") && with.contains(&alternative));
    let numbers = String::from_utf8(scratch.read("run/report.json")).unwrap();
    // A PNG in Base64 begins so.
    assert!(!numbers.contains("iVBOR") && !numbers.contains("mistakes"));
    let without = page("--no-pictures");
    assert!(!without.contains("id=\"mistakes\"") && !without.contains("data:image/png"));
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
fn a_run_that_is_named_twice_counts_once() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    scratch
        .run("report both/tiny/seed-1 both --out all")
        .succeeded();
    let report = scratch.json("all/report.json");
    assert_eq!(report["comparisons"][0]["last"]["pairs"], 1);
}

#[test]
fn a_run_of_another_version_is_marked() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 1 --out both");
    let file = "both/plain/seed-1/run.json";
    let info = String::from_utf8(scratch.read(file)).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let other = info.replace(&version, "\"version\": \"0.0.9\"");
    assert_ne!(other, info);
    scratch.write(file, other);
    scratch.forget_digests("both/plain/seed-1");
    let said = scratch.run("report both").succeeded();
    assert!(said.stdout.contains("0.0.9"), "{}", said.stdout);
    let marks = scratch.json("both/report.json")["marks"].to_string();
    assert!(marks.contains("0.0.9"), "{marks}");
}
