//! Rows of results and the Markdown table made from them.

use crate::compare::{compare, with_two_arms};
use crate::scratch::Scratch;

#[test]
fn rows_become_the_table_of_a_document() {
    let scratch = with_two_arms(Scratch::new());
    compare(&scratch, "--trials 2 --out both");
    for label in ["one", "two"] {
        let line = format!("report both --row rows.jsonl --label {label}");
        scratch.run(&line).succeeded();
    }
    assert_eq!(scratch.json("both/report.json")["title"], "two");
    let table = scratch.run("table rows.jsonl").succeeded().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    for (line, label) in lines[2..].iter().zip(["one", "two"]) {
        assert!(line.starts_with(&format!("| {label} | 2 | 2 | ")), "{line}");
        let fingerprint = scratch.json("both/tiny/seed-1/run.json")["fingerprint"].to_string();
        assert!(line.contains(&fingerprint[1..13]), "{line}");
    }
    scratch.write(
        "doc.md",
        "before\n<!-- results -->\nold\n<!-- /results -->\nafter\n",
    );
    scratch.run("table rows.jsonl --into doc.md").succeeded();
    let text = String::from_utf8(scratch.read("doc.md")).unwrap();
    assert_eq!(
        text,
        format!("before\n<!-- results -->\n{table}<!-- /results -->\nafter\n")
    );
}
