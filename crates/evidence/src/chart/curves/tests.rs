//! Paths, shapes and gaps of curves.

use super::*;

fn drawn(style: LineStyle, runs: Vec<Vec<(f64, f64)>>) -> String {
    let mean = runs[0].clone();
    let alternative = Alternative {
        id: "c".to_owned(),
        title: "t".to_owned(),
        text: "d".to_owned(),
    };
    let axes = Axes {
        measure: "Accuracy, %",
        across: "Epoch",
        ticks: Ticks::counting(mean.len(), 5),
    };
    let series = Series {
        slot: 2,
        label: "mixup".to_owned(),
        style,
        runs,
        mean,
    };
    curves(&alternative, &axes, &[series]).into_string()
}

fn path<'a>(svg: &'a str, class: &str) -> &'a str {
    let rest = svg
        .split(&format!("class=\"{class}\" d=\""))
        .nth(1)
        .unwrap();
    rest.split('"').next().unwrap()
}

#[test]
fn every_run_is_in_one_path() {
    let runs = vec![
        vec![(1.0, 50.0), (2.0, 60.0)],
        vec![(1.0, 51.0), (2.0, 61.0)],
    ];
    let svg = drawn(LineStyle::Line, runs);
    assert_eq!(svg.matches("class=\"run\"").count(), 1);
    assert_eq!(path(&svg, "run").matches('M').count(), 2);
}

#[test]
fn shapes_stand_at_the_end_or_at_every_place() {
    let runs = vec![vec![(1.0, 50.0), (2.0, 60.0), (3.0, f64::NAN), (4.0, 61.0)]];
    let line = drawn(LineStyle::Line, runs.clone());
    assert_eq!(path(&line, "dot").matches('z').count(), 1);
    let points = drawn(LineStyle::Points, runs.clone());
    assert_eq!(path(&points, "dot").matches('z').count(), 3);
    assert!(!points.contains("dashed") && !points.contains("hollow"));
    let dashed = drawn(LineStyle::Dashed, runs);
    assert_eq!(path(&dashed, "hollow").matches('z').count(), 3);
    assert!(dashed.contains("<g class=\"s2 dashed\">"));
    assert!(!dashed.contains("class=\"dot\""));
}

#[test]
fn a_single_epoch_is_dots() {
    let svg = drawn(LineStyle::Line, vec![vec![(1.0, 50.0)], vec![(1.0, 51.0)]]);
    assert!(svg.contains("class=\"run single\""));
    assert_eq!(svg.matches("h0").count(), 4);
}

#[test]
fn what_is_not_finite_leaves_a_gap() {
    let gap = vec![(1.0, 1.0), (2.0, f64::NAN), (3.0, 2.0), (4.0, 3.0)];
    assert!(!drawn(LineStyle::Line, vec![gap]).contains("NaN"));
    let none = vec![vec![(1.0, f64::INFINITY)]];
    assert!(!drawn(LineStyle::Line, none).contains("inf"));
}
