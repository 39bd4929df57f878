//! ARCHITECTURE's map names what is there, and everything that is there.

use crate::{files, read, root};

/// The places that the map names, as paths from the repository; folders end with a stroke. A name without
/// a crate belongs to the crate of the name before it.
fn places() -> Vec<String> {
    let text = read("ARCHITECTURE.md");
    let mut folder = String::new();
    let mut places = vec![];
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let place = row.split('|').nth(1).unwrap();
        for name in place.split('`').skip(1).step_by(2) {
            if let Some((before, _)) = name.rsplit_once("src/") {
                folder = format!("{before}src");
            }
            let inside = format!("{folder}/{name}");
            let is_inside = !folder.is_empty() && root().join(&inside).exists();
            places.push(if is_inside { inside } else { name.to_owned() });
        }
    }
    places
}

#[test]
fn what_the_map_names_exists() {
    let places = places();
    assert!(places.len() >= 30, "{places:?}");
    for place in places {
        assert!(root().join(&place).exists(), "{place}");
    }
}

/// Whether the map has this source file, its module's file or folder, or a folder around it. Tests belong
/// to their module, and a crate's root to the crate.
fn is_on_the_map(path: &str, places: &[String]) -> bool {
    let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
    let (crate_folder, inside) = path.split_once("/src/").unwrap();
    let is_root = inside == "lib.rs" && places.iter().any(|place| place.starts_with(crate_folder));
    let module = format!("{}/", path.trim_end_matches(".rs"));
    let named = |place: &String| {
        place == path || place.ends_with('/') && (path.starts_with(place) || module == *place)
    };
    is_test || is_root || places.iter().any(named)
}

#[test]
fn every_source_file_is_on_the_map() {
    let places = places();
    let sources = files("crates", &[".rs"]);
    let sources = sources.iter().filter(|path| path.contains("/src/"));
    let lost: Vec<&String> = sources
        .filter(|path| !is_on_the_map(path, &places))
        .collect();
    assert!(lost.is_empty(), "not in ARCHITECTURE's map: {lost:#?}");
}

#[test]
fn a_file_is_found_by_its_name_its_folder_or_its_module() {
    let places = ["crates/a/src/one.rs", "crates/a/src/two/"].map(ToOwned::to_owned);
    for (path, expected) in [
        ("crates/a/src/one.rs", true),
        ("crates/a/src/one/tests.rs", true),
        ("crates/a/src/one/part.rs", false),
        ("crates/a/src/two.rs", true),
        ("crates/a/src/two/part.rs", true),
        ("crates/a/src/three.rs", false),
        ("crates/a/src/lib.rs", true),
        ("crates/b/src/lib.rs", false),
    ] {
        assert_eq!(is_on_the_map(path, &places), expected, "{path}");
    }
}

#[track_caller]
fn assert_short(document: &str, most: usize) {
    let lines = read(document).lines().count();
    assert!(
        lines <= most,
        "{document}: {lines} lines, expected {most} at most"
    );
}

#[test]
fn the_readme_is_short() {
    assert_short("README.md", 120);
}

#[test]
fn the_architecture_is_short() {
    assert_short("ARCHITECTURE.md", 140);
}
