//! Rows of results, their lines, and the Markdown table.

use super::*;
use crate::About;
use crate::simulated::two_arms;

fn row(mixup: &[usize], baseline: &[usize]) -> ResultRow {
    let report = Report::new(two_arms(mixup, baseline), About::default()).unwrap();
    assert_eq!(ResultRow::new(&report, 1, None, String::new()), None);
    ResultRow::new(&report, 0, None, "mixup compare".into()).unwrap()
}

#[test]
fn a_row_speaks_of_the_paired_runs_only() {
    let row = row(&[760, 770, 900], &[750, 745]);
    assert_eq!(row.pairs, 2);
    assert!((row.arm_mean - 0.765).abs() < 1e-12);
    assert!((row.arm_mean - row.baseline_mean - row.difference).abs() < 1e-12);
    assert_eq!(row.fingerprint, "0123456789ab");
    assert_eq!((row.epochs, row.baseline_epochs), (2, 2));
}

#[test]
fn a_row_has_the_best_epochs_and_the_cost_of_the_paired_runs() {
    let mut trials = two_arms(&[760, 770, 900], &[750, 745]);
    for (trial, seconds) in trials.iter_mut().zip([10.0, 20.0, 600.0, 30.0, 50.0]) {
        trial.seconds = seconds;
        trial.cpu_seconds = (seconds < 50.0).then_some(2.0 * seconds);
    }
    let of = |trials| {
        let report = Report::new(trials, About::default()).unwrap();
        ResultRow::new(&report, 0, None, String::new()).unwrap()
    };
    let row = of(trials.clone());
    // Each simulated run's best epoch is one point better than its last.
    assert!((row.best_arm_mean.unwrap() - 0.775).abs() < 1e-12);
    assert!((row.best_baseline_mean.unwrap() - 0.7575).abs() < 1e-12);
    assert!((row.best_difference.unwrap() - 0.0175).abs() < 1e-12);
    let (low, high) = row.best_interval.unwrap();
    assert!(low < 0.0175 && 0.0175 < high);
    assert_eq!(row.seconds, Some([15.0, 40.0]));
    assert_eq!(row.cpu_seconds, None);
    trials[4].cpu_seconds = Some(90.0);
    assert_eq!(of(trials).cpu_seconds, Some([30.0, 75.0]));
}

#[test]
fn a_row_of_an_earlier_version_is_read() {
    let row = row(&[760, 770], &[750, 745]);
    let mut line = serde_json::to_value(&row).unwrap();
    let fields = line.as_object_mut().unwrap();
    fields.retain(|key, _| !key.starts_with("best_") && !key.ends_with("seconds"));
    let read: ResultRow = serde_json::from_value(line).unwrap();
    let plain = ResultRow {
        best_arm_mean: None,
        best_baseline_mean: None,
        best_difference: None,
        best_interval: None,
        seconds: None,
        cpu_seconds: None,
        ..row
    };
    assert_eq!(read, plain);
}

#[test]
fn a_row_survives_its_line() {
    let mut row = row(&[760, 770], &[750, 745]);
    for label in [None, Some("demo".into())] {
        row.label = label;
        let line = serde_json::to_string(&row).unwrap();
        let read: ResultRow = serde_json::from_str(&line).unwrap();
        assert_eq!(read, row);
        assert_eq!(line.contains("label"), row.label.is_some());
    }
}

#[test]
fn the_table_carries_what_each_claim_stands_on() {
    let mut several = row(&[760, 770, 768, 761], &[750, 745, 752, 749]);
    several.label = Some("a|b".into());
    several.baseline_epochs = 3;
    let one = row(&[760], &[750]);
    let table = markdown_table(&[several, one]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[2],
        "| a\\|b | 2 / 3 | 4 | 76.48 ± 0.50 | 74.90 ± 0.29 | +1.57 (+0.52 to +2.63) | 0.125 | \
         simulated images, `0123456789ab` | CPU (Burn Flex, 2 threads), 0.2.0 |"
    );
    assert!(lines[3].starts_with("| mixup against baseline | 2 | 1 | 76.00 | 75.00 | +1.00 ("));
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(lines.iter().all(|line| bars(line) == 10));
}

#[test]
fn a_name_with_control_characters_is_shown_and_stays_in_its_cell() {
    let mut row = row(&[760, 770], &[750, 745]);
    row.label = Some("a\u{1b}[31m\r\nb".into());
    let table = markdown_table(&[row]);
    assert_eq!(table.lines().count(), 3);
    assert!(table.contains(r"| a\u001b[31m\r b |"), "{table}");
}

#[test]
fn unknown_fields_of_a_later_version_are_ignored() {
    let row = row(&[760, 770], &[750, 745]);
    let line = serde_json::to_string(&row).unwrap();
    let later = line.replacen('{', r#"{"later":[1],"#, 1);
    assert_eq!(serde_json::from_str::<ResultRow>(&later).unwrap(), row);
}

#[test]
fn a_line_without_a_field_is_refused() {
    let line = serde_json::to_string(&row(&[760], &[750])).unwrap();
    let without = line.replace(r#""pairs":1,"#, "");
    let error = serde_json::from_str::<ResultRow>(&without).unwrap_err();
    assert!(
        error.to_string().contains("missing field `pairs`"),
        "{error}"
    );
}

#[test]
fn a_row_of_one_pair_has_neither_interval_nor_deviation() {
    let row = row(&[760], &[750]);
    assert_eq!((row.interval, row.detectable), (None, None));
    assert_eq!((row.arm_deviation, row.baseline_deviation), (None, None));
    assert_eq!(row.sign_flip_p, 1.0);
}

#[test]
fn arms_of_different_versions_and_devices_are_all_named() {
    let mut trials = two_arms(&[760, 770], &[750, 745]);
    trials[1].version = "0.3.0".into();
    trials[2].device = "GPU".into();
    let report = Report::new(trials, About::default()).unwrap();
    let row = ResultRow::new(&report, 0, None, String::new()).unwrap();
    assert_eq!(row.version, "0.2.0; 0.3.0");
    assert_eq!(row.device, "CPU (Burn Flex, 2 threads); GPU");
}

#[test]
fn a_line_break_in_a_name_does_not_end_the_row_of_the_table() {
    let mut row = row(&[760], &[750]);
    row.label = Some("one\ntwo".into());
    let table = markdown_table(&[row]);
    assert_eq!(table.lines().count(), 3);
    assert!(table.contains("| one two |"), "{table}");
}

#[test]
fn a_table_without_rows_is_its_header() {
    assert_eq!(markdown_table(&[]).lines().count(), 2);
}

#[test]
fn a_tiny_p_stands_without_its_letter() {
    let mut row = row(&[760], &[750]);
    row.sign_flip_p = 1e-7;
    assert!(markdown_table(&[row]).contains("| < 0.0001 |"));
}
