//! Links of the documents lead to files and headings that are there.

use std::path::Path;

use crate::{files, read, root};

/// A document without its code blocks, whose brackets are no links.
fn prose(text: &str) -> String {
    let mut in_code = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// The anchor that a heading has: lower case, without punctuation, with hyphens for spaces.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|character| character.is_alphanumeric() || " -_".contains(*character));
    kept.collect::<String>().replace(' ', "-")
}

fn has_anchor(document: &Path, wanted: &str) -> bool {
    let text = std::fs::read_to_string(document).unwrap();
    let text = prose(&text);
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|heading| anchor(heading) == wanted)
}

/// Where the links of a text lead: what stands in parentheses after brackets.
fn targets(text: &str) -> Vec<String> {
    let text = prose(text);
    let links = text.split("](").skip(1);
    links
        .map(|link| link.split(')').next().unwrap().to_owned())
        .collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut followed = 0;
    for document in files(".", &[".md"]) {
        let folder = root().join(&document).parent().unwrap().to_path_buf();
        for target in targets(&read(&document)) {
            if target.starts_with("http") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = match path {
                "" => root().join(&document),
                path => folder.join(path),
            };
            assert!(path.exists(), "{document}: {target}");
            let is_found = anchor.is_empty() || has_anchor(&path, anchor);
            assert!(is_found, "{document}: {target}: no such heading");
            followed += 1;
        }
    }
    assert!(followed >= 30, "{followed} links");
}

#[test]
fn headings_have_the_anchors_of_a_web_page() {
    assert_eq!(anchor("## On a GPU"), "on-a-gpu");
    assert_eq!(
        anchor("### What a run leaves: `run.json`"),
        "what-a-run-leaves-runjson"
    );
    assert_eq!(anchor("# λ for a batch"), "λ-for-a-batch");
}

#[test]
fn brackets_in_code_blocks_are_no_links() {
    let text = "[a](b.md)\n```sh\n[c](d.md)\n```\n[e](#f)\n";
    assert_eq!(targets(text), ["b.md", "#f"]);
}
