//! The table of results, the recipes and the changelog.

use assert_cmd::Command;

use crate::{pages, read, root};

#[test]
fn the_table_of_results_is_made_from_the_rows() {
    let table = Command::cargo_bin("mixup")
        .unwrap()
        .args(["table", "experiments/results/comparisons.jsonl"])
        .current_dir(root())
        .assert()
        .success();
    let table = String::from_utf8(table.get_output().stdout.clone()).unwrap();
    assert!(table.lines().count() >= 3, "{table}");
    let page = pages().into_iter().map(|page| read(&page));
    let page = page.filter(|text| text.contains("<!-- results -->\n"));
    let [page] = &page.collect::<Vec<_>>()[..] else {
        panic!("expected the table of results in one of {:?}", pages());
    };
    let (_, rest) = page.split_once("<!-- results -->\n").unwrap();
    let (found, _) = rest.split_once("<!-- /results -->").unwrap();
    assert_eq!(found, table, "call: just results-table");
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
