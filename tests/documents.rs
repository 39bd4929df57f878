//! What the documents say is what the program does.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use clap::Parser;
use mixup_train::cli::Cli;
use mixup_train::experiment::Experiment;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The lines of the README's shell blocks.
fn shell_lines(text: &str) -> Vec<&str> {
    let blocks = text.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    blocks.flat_map(str::lines).collect()
}

#[test]
fn the_readme_s_commands_run_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let experiments = folder.path().join("experiments");
    std::fs::create_dir(&experiments).unwrap();
    for file in ["mixup.toml", "baseline.toml", "demo.toml"] {
        std::fs::copy(
            root().join("experiments").join(file),
            experiments.join(file),
        )
        .unwrap();
    }
    let readme = read("README.md");
    let mut run = 0;
    for line in shell_lines(&readme) {
        let Some(arguments) = line.strip_prefix("cargo run --release -- ") else {
            assert_eq!(line, "cargo test");
            continue;
        };
        // The demo has its own test, and a whole one in `.ci/run`.
        if arguments == "demo" {
            continue;
        }
        Command::cargo_bin("mixup")
            .unwrap()
            .args(arguments.split_whitespace())
            .current_dir(folder.path())
            .assert()
            .success();
        run += 1;
    }
    assert!(run >= 5, "{run} commands");
}

#[test]
fn the_cluster_s_commands_are_commands() {
    let text = read("experiments/README.md");
    let mut parsed = 0;
    for line in shell_lines(&text) {
        if line.starts_with("mixup ") {
            let line = line.replace("$SLURM_ARRAY_TASK_ID", "2");
            Cli::try_parse_from(line.split_whitespace()).unwrap_or_else(|error| panic!("{error}"));
            parsed += 1;
        }
    }
    assert_eq!(parsed, 2);
}

#[test]
fn the_readme_s_table_is_made_from_the_rows() {
    let table = Command::cargo_bin("mixup")
        .unwrap()
        .args(["table", "experiments/results/comparisons.jsonl"])
        .current_dir(root())
        .assert()
        .success();
    let table = String::from_utf8(table.get_output().stdout.clone()).unwrap();
    assert!(table.lines().count() >= 3, "{table}");
    let readme = read("README.md");
    let (_, rest) = readme.split_once("<!-- results -->\n").unwrap();
    let (found, _) = rest.split_once("<!-- /results -->").unwrap();
    assert_eq!(found, table, "call: just results-table");
}

#[test]
fn the_readme_s_recipes_are_in_the_justfile() {
    let justfile = read("Justfile");
    let readme = read("README.md");
    let mut named = 0;
    for mention in readme.split("`just ").skip(1) {
        let recipe = mention.split(['`', ' ']).next().unwrap();
        let found = justfile.lines().any(|line| {
            line.starts_with(&format!("{recipe}:")) || line.starts_with(&format!("{recipe} *flags"))
        });
        assert!(found, "just {recipe}");
        named += 1;
    }
    assert!(named >= 8, "{named} recipes");
}

#[test]
fn linked_files_exist() {
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "experiments/README.md",
    ] {
        let text = read(document);
        let folder = root().join(document).parent().unwrap().to_path_buf();
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap();
            if !target.starts_with("http") {
                assert!(folder.join(target).exists(), "{document}: {target}");
            }
        }
    }
}

#[test]
fn files_that_the_architecture_names_exist() {
    let text = read("ARCHITECTURE.md");
    let mut folder = String::new();
    let mut named = 0;
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let place = row.split('|').nth(1).unwrap();
        for name in place.split('`').skip(1).step_by(2) {
            if let Some((before, _)) = name.rsplit_once("src/") {
                folder = format!("{before}src");
            }
            let exists = root().join(name).exists() || root().join(&folder).join(name).exists();
            assert!(exists, "{name}");
            named += 1;
        }
    }
    assert!(named >= 30, "{named} files");
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

#[test]
fn every_experiment_parses() {
    let mut parsed = 0;
    for entry in std::fs::read_dir(root().join("experiments")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            Experiment::read(&path).unwrap();
            parsed += 1;
        }
    }
    assert!(parsed >= 3, "{parsed} experiments");
}
