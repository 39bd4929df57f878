use mixup_evidence::About;
use serde_json::Value;

use super::*;
use crate::comparison::example::compared;
use crate::comparison::finished::FinishedRuns;

/// The report of a comparison in which `mixup` gets 3 and `baseline` 2 of 4 images right.
fn report(seeds: &str) -> Report {
    let folder = compared(seeds);
    let runs = FinishedRuns::read(&[folder.path().into()], true).unwrap();
    Report::new(runs.trials, About::default()).unwrap()
}

fn spread(mean: f64, deviation: Option<f64>) -> Spread {
    Spread {
        runs: 2,
        mean,
        deviation,
    }
}

#[test]
fn a_mean_comes_with_its_deviation_in_percent() {
    assert_eq!(percent(&spread(0.7512, Some(0.0123))), "75.12% ± 1.23");
}

#[test]
fn one_run_has_no_deviation() {
    assert_eq!(percent(&spread(0.5, None)), "50.00%");
}

#[test]
fn an_nll_has_four_decimals() {
    assert_eq!(nats(0.123_456), "0.1235");
}

#[test]
fn an_enormous_nll_is_short() {
    assert_eq!(nats(123_456.0), "1.2e5");
}

#[test]
fn an_nll_that_is_no_number_says_so() {
    assert_eq!(nats(f64::NAN), "NaN");
}

/// The logits are 2 apart, so a right image has NLL ln(1 + e⁻²) and a wrong one ln(1 + e²).
#[test]
fn the_table_has_a_row_for_each_arm() {
    let (right, wrong) = ((-2.0_f64).exp().ln_1p(), 2.0_f64.exp().ln_1p());
    let lines = table(&report("1-2").arms);
    assert_eq!(
        lines[0],
        "arm       runs   test accuracy    best epoch        NLL     ECE"
    );
    let row = format!(
        "mixup        2   75.00% ± 0.00    75.00% ± 0.00    {:.4}  ",
        (3.0 * right + wrong) / 4.0
    );
    assert!(lines[1].starts_with(&row), "{}", lines[1]);
    assert!(lines[2].starts_with("baseline     2   50.00% ± 0.00"));
    assert_eq!(lines.len(), 3);
}

#[test]
fn long_names_widen_the_table() {
    let mut report = report("1");
    report.arms[0].name = "a-rather-long-name".into();
    let lines = table(&report.arms);
    let column = lines[0].find("  runs").unwrap();
    assert_eq!(column, "a-rather-long-name".len());
}

#[test]
fn the_verdict_comes_with_two_findings() {
    let mut report = report("1-2");
    report.comparisons[0].headline = "It helps.".into();
    report.comparisons[0].findings = ["one", "two", "three"].map(Into::into).into();
    let lines = lines(&report, Path::new("r.html"));
    let start = lines.iter().position(|line| line == "It helps.").unwrap();
    assert_eq!(lines[start + 1..start + 3], ["- one", "- two"]);
    assert!(!lines.contains(&"- three".to_owned()));
}

#[test]
fn several_comparisons_have_a_table_and_a_sentence_each() {
    let mut report = report("1-2");
    let mut other = report.comparisons[0].clone();
    (other.arm, other.headline) = ("wide".into(), "It hurts.".into());
    report.comparisons.push(other);
    let lines = lines(&report, Path::new("r.html"));
    let start = lines
        .iter()
        .position(|line| line.ends_with("against baseline:"))
        .unwrap();
    assert!(lines[start + 1].starts_with("arm "), "{lines:?}");
    assert!(lines[start + 3].starts_with("wide "), "{lines:?}");
    assert!(lines.contains(&"- It hurts.".to_owned()));
}

#[test]
fn notes_and_runs_that_were_left_out_are_named() {
    let mut report = report("1");
    report.marks = vec!["Look here.".into()];
    report.left_out = vec![LeftOut {
        run: "runs/a".into(),
        reason: "unfinished: 1 of 2 epochs".into(),
    }];
    let lines = lines(&report, Path::new("r.html"));
    let expected = [
        "note: Look here.",
        "left out: runs/a: unfinished: 1 of 2 epochs",
        "",
        "report: r.html",
    ];
    assert_eq!(lines[lines.len() - 4..], expected);
}

#[test]
fn the_json_has_the_page_and_the_comparisons() {
    let report = report("1-2");
    let line = json_line(&report, Path::new("r.html"));
    let value: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["report"], "r.html");
    assert_eq!(value["comparisons"][0]["arm"], "mixup");
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["comparisons", "costs", "left_out", "marks", "report"]
    );
    let cost = |arm: &str| serde_json::json!({ "arm": arm, "seconds": 2.0, "cpu_seconds": 1.5 });
    assert_eq!(
        value["costs"],
        serde_json::json!([cost("mixup"), cost("baseline")])
    );
}
