//! Each promise of `docs/promises.md` names a test that is there.

use crate::{read, root};

/// The file and the function that a row of the page names.
fn named(row: &str) -> Option<(&str, &str)> {
    let mut quoted = row.rsplit('|').nth(1)?.split('`').skip(1).step_by(2);
    Some((quoted.next()?, quoted.next()?))
}

#[test]
fn each_promise_names_a_test() {
    let page = read("docs/promises.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).collect();
    let promises = rows
        .iter()
        .filter(|row| !row.starts_with("| promise ") && !row.starts_with("| --- "));
    let mut count = 0;
    for row in promises {
        let (file, function) = named(row).unwrap_or_else(|| panic!("no test in: {row}"));
        assert!(root().join(file).is_file(), "{file}");
        let is_there = read(file).contains(&format!("fn {function}("));
        assert!(is_there, "{file}: {function}");
        count += 1;
    }
    assert!(count >= 20, "{count} promises");
}
