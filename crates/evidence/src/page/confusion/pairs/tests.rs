//! The tables of pairs, on counts made by hand.

use super::*;
use crate::Confusion;
use crate::example::{Size, report};

fn of(classes: usize, cells: &[(u16, u16, u32)]) -> Confusion {
    let mut confusion = Confusion::new(classes);
    for &(label, predicted, images) in cells {
        confusion.add(label, predicted, images).unwrap();
    }
    confusion
}

/// Two arms of 60 classes with these cells.
fn two(mixup: &[(u16, u16, u32)], baseline: &[(u16, u16, u32)]) -> String {
    let size = Size {
        arms: 2,
        runs: 1,
        epochs: 1,
        classes: 60,
    };
    let mut report = report(size);
    report.arms[0].confusion = of(60, mixup);
    report.arms[1].confusion = of(60, baseline);
    let keys = Key::for_arms(&report.arms);
    body(&report, &keys).into_string()
}

fn row(cells: &[&str]) -> String {
    let rest: String = cells[1..]
        .iter()
        .map(|cell| format!("<td>{cell}</td>"))
        .collect();
    format!("<tr><th scope=\"row\">{}</th>{rest}</tr>", cells[0])
}

/// Asserts that `html` has these rows in this order.
#[track_caller]
fn in_order(html: &str, rows: &[&[&str]]) {
    let mut rest = html;
    for cells in rows {
        let row = row(cells);
        let at = rest
            .find(&row)
            .unwrap_or_else(|| panic!("no {row} in {rest}"));
        rest = &rest[at + row.len()..];
    }
}

#[test]
fn pairs_are_ordered_by_images_and_then_by_class() {
    let html = two(
        &[(3, 3, 5), (3, 7, 5), (2, 9, 5), (2, 1, 5), (8, 0, 9)],
        &[],
    );
    in_order(
        &html,
        &[
            &["class 8", "class 0", "9", "100.00%"],
            &["class 2", "class 1", "5", "50.00%"],
            &["class 2", "class 9", "5", "50.00%"],
            &["class 3", "class 7", "5", "50.00%"],
        ],
    );
    assert!(html.contains("No image of baseline was predicted wrong."));
}

#[test]
fn the_largest_differences_come_first() {
    let html = two(
        &[(1, 1, 8), (1, 2, 2), (4, 5, 4), (4, 4, 6)],
        &[(1, 1, 9), (1, 2, 1), (4, 4, 10), (6, 6, 7), (6, 0, 3)],
    );
    let part = html.split("Where they differ").nth(1).unwrap();
    in_order(
        part,
        &[
            &["class 4", "class 5", "40.00%", "0.00%", "+40.00"],
            &["class 6", "class 0", "0.00%", "30.00%", "−30.00"],
            &["class 1", "class 2", "20.00%", "10.00%", "+10.00"],
        ],
    );
}

#[test]
fn a_table_has_twenty_pairs_at_most() {
    let cells: Vec<(u16, u16, u32)> = (1..60)
        .map(|class| (class, 0, 100 - u32::from(class)))
        .collect();
    let html = two(&cells, &cells);
    assert_eq!(html.matches("<th scope=\"row\">").count(), 2 * SHOWN);
    assert!(html.contains("class 20<") && !html.contains("class 21<"));
    assert!(html.contains("mixup and baseline are equal."));
}
