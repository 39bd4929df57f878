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

fn cell(shade: u8, colour: Colour) -> Cell {
    Cell {
        shade,
        colour,
        text: String::new(),
    }
}

#[test]
fn neighbours_of_one_shade_and_colour_are_joined() {
    let rows = [vec![
        cell(1, Colour::First),
        cell(1, Colour::First),
        cell(1, Colour::Second),
        cell(2, Colour::First),
    ]];
    assert_eq!(squares(&rows, 1, Colour::First), "M0 0h2v1h-2z");
    assert_eq!(squares(&rows, 1, Colour::Second), "M2 0h1v1h-1z");
    assert_eq!(squares(&rows, 2, Colour::First), "M3 0h1v1h-1z");
}

#[test]
fn a_shade_without_cells_has_no_path() {
    let rows = [vec![cell(1, Colour::First)]];
    assert_eq!(squares(&rows, 3, Colour::First), "");
}

#[test]
fn cells_of_different_rows_are_not_joined() {
    let rows = [vec![cell(1, Colour::First)], vec![cell(1, Colour::First)]];
    assert_eq!(squares(&rows, 1, Colour::First), "M0 0h1v1h-1zM0 1h1v1h-1z");
}

#[test]
fn up_to_twenty_classes_have_names() {
    assert!(drawn(20).contains("class 19"));
    assert!(!drawn(21).contains("class 20"));
}

#[test]
fn up_to_ten_classes_have_numbers() {
    assert!(drawn(10).contains(">7<"));
    assert!(!drawn(11).contains(">7<"));
}
