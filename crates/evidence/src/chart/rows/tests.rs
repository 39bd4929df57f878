//! Rows, symbols and labels.

use super::*;

fn chart(pitch: f64, count: usize) -> String {
    let row = |index: usize| Row {
        label: format!("row {index}"),
        note: String::new(),
        is_mean: index + 1 == count,
        symbols: vec![
            Symbol {
                slot: 0,
                shift: 0.0,
                form: Form::Thin(0.0, 1.0),
            },
            Symbol {
                slot: 0,
                shift: 0.0,
                form: Form::Dot(f64::NAN),
            },
        ],
    };
    let rows_ = Rows {
        rows: (0..count).map(row).collect(),
        ticks: Ticks::covering(-1.0, 1.0, 4),
        measure: "points",
        numbers: Numbers::Differences,
        pitch,
    };
    let alternative = Alternative {
        id: "r".to_owned(),
        title: "t".to_owned(),
        text: "d".to_owned(),
    };
    rows(&alternative, &rows_).into_string()
}

#[test]
fn a_row_each_and_nothing_that_is_not_finite() {
    let svg = chart(20.0, 3);
    assert_eq!(svg.matches("class=\"thin\"").count(), 3);
    assert_eq!(svg.matches("class=\"zero\"").count(), 1);
    assert!(!svg.contains("class=\"dot\"") && !svg.contains("NaN"));
    assert!(svg.contains("+1.0") && svg.contains("−1.0"));
}

#[test]
fn low_rows_share_labels() {
    let svg = chart(8.0, 10);
    assert!(svg.contains("row 0") && !svg.contains("row 1<") && svg.contains("row 2"));
    assert!(svg.contains("row 9"), "the sum always has its label");
}
