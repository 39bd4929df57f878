use std::fs;

use mixup_evidence::About;

use super::*;
use crate::comparison::example::compared;
use crate::comparison::finished::FinishedRuns;

/// The report of the runs in `folders` of a comparison.
fn report(folders: &[&str]) -> Report {
    let folder = compared("1-2");
    let paths: Vec<_> = folders
        .iter()
        .map(|name| folder.path().join(name))
        .collect();
    let runs = FinishedRuns::read(&paths, true).unwrap();
    Report::new(runs.trials, About::default()).unwrap()
}

fn refusal(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    fs::write(&path, text).unwrap();
    let message = read_rows(&path).unwrap_err().to_string();
    let prefix = format!("{}:", path.display());
    message.strip_prefix(&prefix).unwrap().to_owned()
}

#[test]
fn rows_are_added_after_those_that_exist() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let report = report(&["mixup", "baseline"]);
    add_rows(&report, Some("first"), &["mixup compare a b"], &path).unwrap();
    add_rows(&report, Some("second"), &["mixup compare a b"], &path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let labels = ["\"first\"", "\"second\""];
    for (line, label) in text.lines().zip(labels) {
        assert!(line.contains(label), "{line}");
    }
    assert_eq!(read_rows(&path).unwrap().len(), 2);
}

#[test]
fn a_report_without_a_pair_has_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let failure = add_rows(&report(&["mixup"]), None, &[], &path).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "--row: expected runs of two experiments with one seed, found no such pair"
    );
    assert!(!path.exists());
}

#[test]
fn a_damaged_row_is_named_by_its_line() {
    let said = refusal("\n{}\n");
    assert!(
        said.starts_with("2: expected a row of `mixup report --row`, found missing field"),
        "{said}"
    );
}

#[test]
fn blank_lines_are_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    fs::write(&path, "\n  \n").unwrap();
    assert!(read_rows(&path).unwrap().is_empty());
}

#[test]
fn a_missing_file_says_what_writes_one() {
    let failure = read_rows(Path::new("no/such/file")).unwrap_err();
    assert_eq!(
        failure.hint(),
        "give a file that `mixup report RUN --row FILE` has written"
    );
}
