use std::fs;

use super::*;
use crate::comparison::example::{ExampleRun, compared};

fn names(arms: &[&str]) -> Vec<String> {
    arms.iter().map(|arm| (*arm).to_owned()).collect()
}

/// The report of the folder, written into it.
fn written(folder: &Path) -> Result<ReportFiles, Failure> {
    let options = ReportOptions::default();
    write_report(&[folder.into()], folder, None, &options)
}

#[test]
fn the_manifest_names_the_baseline() {
    let known = names(&["mixup", "baseline"]);
    let found = order(&["baseline", "mixup", "baseline"], &known, None).unwrap();
    assert_eq!(found, ["mixup", "baseline"]);
}

#[test]
fn the_baseline_of_the_user_counts_more_than_that_of_the_manifest() {
    let known = names(&["mixup", "baseline"]);
    let found = order(&["mixup", "baseline"], &known, Some("mixup")).unwrap();
    assert_eq!(found, ["baseline", "mixup"]);
}

#[test]
fn without_a_baseline_the_report_chooses() {
    assert_eq!(order(&["a", "b"], &[], None).unwrap(), [""; 0]);
}

/// A part of a comparison may have runs of one arm only.
#[test]
fn a_baseline_without_runs_is_no_baseline() {
    let known = names(&["mixup", "baseline"]);
    assert_eq!(order(&["mixup"], &known, None).unwrap(), [""; 0]);
}

#[test]
fn the_other_arms_keep_the_order_of_their_runs() {
    let found = order(&["c", "a", "b", "c"], &[], Some("a")).unwrap();
    assert_eq!(found, ["c", "b", "a"]);
}

#[test]
fn a_baseline_that_no_run_has_is_refused_with_the_arms() {
    let failure = order(&["a", "b", "a"], &[], Some("c")).unwrap_err();
    assert_eq!(failure.to_string(), "--baseline c: expected one of a, b");
    assert_eq!(failure.hint(), "an arm has the name of its experiment file");
}

#[test]
fn the_title_names_arm_and_baseline() {
    let folder = compared("1");
    let report = written(folder.path()).unwrap().report;
    assert_eq!(report.title, "mixup against baseline");
}

#[test]
fn a_title_of_the_user_replaces_the_names() {
    let folder = compared("1");
    let options = ReportOptions {
        title: Some("Does it help?".into()),
        ..ReportOptions::default()
    };
    let paths = [folder.path().into()];
    let files = write_report(&paths, folder.path(), None, &options).unwrap();
    assert_eq!(files.report.title, "Does it help?");
}

#[test]
fn three_right_of_four_are_25_points_ahead_of_two() {
    let folder = compared("1-2");
    let report = written(folder.path()).unwrap().report;
    let last = report.comparisons[0].last;
    assert_eq!((last.pairs, last.mean), (2, 0.25));
}

#[test]
fn a_first_report_has_no_warning() {
    assert_eq!(warning(&[]), None);
}

#[test]
fn a_warning_names_the_earlier_numbers_of_pairs() {
    let said = warning(&[2, 4]).unwrap();
    let expected = "This comparison was reported before with fewer pairs (2, 4). ";
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn a_report_after_more_pairs_is_marked() {
    let folder = compared("1");
    written(folder.path()).unwrap();
    for arm in ["mixup", "baseline"] {
        let path = folder.path().join(arm).join("seed-2");
        ExampleRun::new(arm, 2).finished(&path, 3);
    }
    let marks = written(folder.path()).unwrap().report.marks;
    let warning = warning(&[1]).unwrap();
    assert!(marks.contains(&warning), "{marks:?}");
}

#[test]
fn the_same_report_again_has_no_warning() {
    let folder = compared("1");
    let first = written(folder.path()).unwrap().report;
    let second = written(folder.path()).unwrap().report;
    assert_eq!(first.marks, second.marks);
}

/// The reports of a single run in a comparison's folder are not counted.
#[test]
fn a_report_of_a_part_of_the_folder_is_not_recorded() {
    let folder = compared("1");
    let run = folder.path().join("mixup/seed-1");
    written(&run).unwrap();
    let manifest = Manifest::read(folder.path()).unwrap().unwrap();
    assert_eq!(manifest.reported_pairs, [0; 0]);
}

#[test]
fn unfinished_runs_alone_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    drop(ExampleRun::new("mixup", 1).begun(&run, 1));
    let failure = written(&run).err().unwrap();
    let expected = format!(
        "expected finished runs, found none: {} is unfinished: 1 of 2 epochs",
        run.display()
    );
    assert_eq!(failure.to_string(), expected);
}

#[test]
fn runs_on_different_images_are_refused() {
    let folder = compared("1");
    let mut other = ExampleRun::new("mixup", 2);
    other.info.fingerprint = "f".repeat(64);
    other.finished(&folder.path().join("mixup/seed-2"), 3);
    let failure = written(folder.path()).err().unwrap();
    assert!(
        failure
            .hint()
            .starts_with("name only runs that belong together")
    );
    assert!(!folder.path().join("report.html").exists());
}

#[test]
fn every_comparison_becomes_a_row() {
    let folder = compared("1-2");
    let files = written(folder.path()).unwrap();
    let rows = folder.path().join("rows.jsonl");
    files.add_rows(Some("demo"), &rows).unwrap();
    files.add_rows(None, &rows).unwrap();
    let text = fs::read_to_string(&rows).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.lines().next().unwrap().contains("\"demo\""), "{text}");
}
