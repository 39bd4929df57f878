//! The table of results, the recipes and the changelog.

use assert_cmd::Command;

use crate::{pages, read, root};

/// The files of rows, and the pages that show them.
const TABLES: [(&str, &str); 3] = [
    ("experiments/results/comparisons.jsonl", "README.md"),
    ("experiments/results/training.jsonl", "docs/training.md"),
    ("experiments/results/points.jsonl", "docs/points.md"),
];

#[test]
fn the_tables_of_results_are_made_from_the_rows() {
    for (rows, page) in TABLES {
        let table = Command::cargo_bin("mixup")
            .unwrap()
            .args(["table", rows])
            .current_dir(root())
            .assert()
            .success();
        let table = String::from_utf8(table.get_output().stdout.clone()).unwrap();
        assert!(table.lines().count() >= 3, "{table}");
        let text = read(page);
        let (_, rest) = text.split_once("<!-- results -->\n").unwrap();
        let (found, _) = rest.split_once("<!-- /results -->").unwrap();
        assert_eq!(found, table, "{page}: call: just results-table");
    }
    let is_table = |page: &String| read(page).contains("<!-- results -->\n");
    assert_eq!(pages().into_iter().filter(is_table).count(), TABLES.len());
}

#[test]
fn the_changelog_begins_with_this_version() {
    let changelog = read("CHANGELOG.md");
    let mut sections = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "));
    let first = sections.find(|section| *section != "Unreleased");
    assert_eq!(first, Some(env!("CARGO_PKG_VERSION")));
}
