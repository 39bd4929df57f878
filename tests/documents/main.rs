//! What the documents say is what the program does, and the sources keep the house's rules.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod commands;
mod examples;
mod experiments;
mod links;
mod map;
mod promises;
mod results;
mod shell;
mod sources;
mod words;

use std::path::{Path, PathBuf};

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the repository.
fn read(name: &str) -> String {
    let text = std::fs::read_to_string(root().join(name));
    text.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The files below `folder` whose name ends with one of `endings`, as paths from the repository. What
/// builds and runs write is left out.
fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut folders = vec![root().join(folder)];
    let mut found = vec![];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                if !["target", ".git", "runs"].contains(&name) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let path = path.strip_prefix(root()).unwrap();
                found.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// README and every page of `docs`.
fn pages() -> Vec<String> {
    let mut pages = vec!["README.md".to_owned()];
    if root().join("docs").is_dir() {
        pages.extend(files("docs", &[".md"]));
    }
    pages
}
