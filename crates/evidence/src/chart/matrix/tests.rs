//! Names, numbers and joined cells of a matrix.

use super::*;

fn drawn(count: usize) -> String {
    let classes: Vec<String> = (0..count).map(|class| format!("class {class}")).collect();
    let cell = |row: usize, column: usize| Cell {
        shade: if row == column { SHADES } else { 1 },
        colour: Colour::First,
        text: "7".to_owned(),
    };
    let cells = (0..count).map(|row| (0..count).map(|column| cell(row, column)).collect());
    let alternative = Alternative {
        id: "m".to_owned(),
        title: "t".to_owned(),
        text: "d".to_owned(),
    };
    let chart = Matrix {
        classes: &classes,
        cells: cells.collect(),
        first_slot: 0,
        second_slot: 0,
    };
    matrix(&alternative, &chart).into_string()
}

#[test]
fn few_classes_have_names_and_numbers() {
    let svg = drawn(2);
    assert_eq!(svg.matches("class 1").count(), 2);
    assert_eq!(svg.matches(">7<").count(), 4);
    assert!(svg.contains("M0 0h1v1h-1zM1 1h1v1h-1z"));
}

#[test]
fn many_classes_stay_small() {
    let svg = drawn(100);
    assert!(!svg.contains("class 1") && !svg.contains(">7<"));
    assert!(svg.contains("M1 0h99v1h-99z"), "neighbours are joined");
    assert!(svg.len() < 10_000);
}
