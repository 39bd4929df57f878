//! Rules of the sources that no compiler checks.

use crate::{files, read};

/// The files of `crates/train/src` that may use the file system. All others go through it.
const FILE_SYSTEM: &[&str] = &["files.rs", "files/lock.rs", "files/whole.rs"];

/// The code of a source file without its tests and comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Whether code names the standard library's file system.
fn uses_file_system(code: &str) -> bool {
    let imports = code.split("use std::{").skip(1);
    let mut imports = imports.map(|list| list.split(';').next().unwrap());
    code.contains("std::fs")
        || imports.any(|list| {
            list.split([',', '{', '}', ' '])
                .any(|name| name.starts_with("fs"))
        })
}

#[test]
fn only_named_files_of_train_use_the_file_system() {
    let sources = files("crates/train/src", &[".rs"]);
    let sources = sources.iter().filter(|path| !path.ends_with("tests.rs"));
    let users = sources.filter(|path| uses_file_system(&code(&read(path))));
    let found: Vec<&str> = users
        .map(|path| path.trim_start_matches("crates/train/src/"))
        .collect();
    assert_eq!(found, FILE_SYSTEM);
}

#[test]
fn the_file_system_is_found_in_every_kind_of_import() {
    for code in [
        "use std::fs;",
        "use std::fs::File;",
        "let text = std::fs::read(path);",
        "use std::{\n    fs,\n    io,\n};",
    ] {
        assert!(uses_file_system(code), "{code}");
    }
    assert!(!uses_file_system("use std::{fmt, io};"));
}

/// The name of each test that is ignored by default, with the reason.
fn ignored_tests() -> Vec<(String, String)> {
    let mut found = vec![];
    let folders = ["crates", "tests"].map(|folder| files(folder, &[".rs"]));
    for path in folders.concat() {
        let text = read(&path);
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if !line.starts_with("#[ignore") {
                continue;
            }
            let reason = line.split('"').nth(1).unwrap_or_default().to_owned();
            let function = lines.find_map(|line| line.strip_prefix("fn "));
            let name = function.unwrap().split('(').next().unwrap();
            found.push((format!("{path}: {name}"), reason));
        }
    }
    found
}

/// The prefix says what an ignored test needs, so that a command can select those that can run.
#[test]
fn ignored_tests_say_what_they_need() {
    let tests = ignored_tests();
    assert!(tests.len() >= 10, "{tests:?}");
    for (test, reason) in tests {
        let (_, name) = test.split_once(": ").unwrap();
        let prefixes = ["shared_", "gpu_", "tool_"];
        let has_prefix = prefixes.iter().any(|prefix| name.starts_with(prefix));
        assert!(
            has_prefix && reason.starts_with("needs "),
            "{test}: {reason:?}"
        );
    }
}

/// The script for changes runs every kind of ignored test, or says that it does not.
#[test]
fn every_kind_of_ignored_test_is_in_the_script_for_changes() {
    let script = read(".ci/run");
    for (test, _) in ignored_tests() {
        let (_, name) = test.split_once(": ").unwrap();
        let mut words = name.split('_');
        let kind = match words.next().unwrap() {
            "tool" => format!("tool_{}_", words.next().unwrap()),
            first => format!("{first}_"),
        };
        assert!(script.contains(&kind), ".ci/run has no {kind}: {test}");
    }
}

/// A test that returns early without what it needs would count as passed.
#[test]
fn no_test_skips_itself() {
    let word = ["skip", "ped:"].concat();
    let folders = ["crates", "tests"].map(|folder| files(folder, &[".rs"]));
    for path in folders.concat() {
        assert!(!read(&path).contains(&word), "{path}");
    }
}
