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
