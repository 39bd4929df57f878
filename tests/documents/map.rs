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

/// Whether the map has this source file, its module's file or folder, or a folder around it. A crate's root
/// belongs to the crate.
fn is_on_the_map(path: &str, places: &[String]) -> bool {
    let (crate_folder, inside) = path.split_once("/src/").unwrap();
    let is_root = inside == "lib.rs" && places.iter().any(|place| place.starts_with(crate_folder));
    let module = format!("{}/", path.trim_end_matches(".rs"));
    let named = |place: &String| {
        place == path || place.ends_with('/') && (path.starts_with(place) || module == *place)
    };
    is_root || places.iter().any(named)
}

/// The names of the modules that a source file declares for tests alone.
fn test_modules(text: &str) -> Vec<String> {
    let after = text.split("#[cfg(test)]\n").skip(1);
    let lines = after.filter_map(|rest| rest.trim_start().lines().next());
    let names = lines.filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'));
    names.map(ToOwned::to_owned).collect()
}

/// Whether a file or a folder around it is one of these modules.
fn is_one_of(path: &str, modules: &[String]) -> bool {
    let names = path.trim_end_matches(".rs").split('/');
    let mut inside = names.skip_while(|name| *name != "src").skip(1);
    inside.any(|name| modules.iter().any(|module| module == name))
}

#[test]
fn every_source_file_is_on_the_map() {
    let places = places();
    let sources = files("crates", &[".rs"]);
    let sources: Vec<&String> = sources
        .iter()
        .filter(|path| path.contains("/src/"))
        .collect();
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|path| test_modules(&read(path)))
        .collect();
    let code = sources.iter().filter(|path| !is_one_of(path, &tests));
    let lost: Vec<_> = code.filter(|path| !is_on_the_map(path, &places)).collect();
    assert!(lost.is_empty(), "not in ARCHITECTURE's map: {lost:#?}");
}

#[test]
fn modules_for_tests_need_no_place() {
    let text = "mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub(crate) mod example;\n#[cfg(test)]\nmod b {\n";
    let modules = test_modules(text);
    assert_eq!(modules, ["tests", "example"]);
    assert!(is_one_of("crates/a/src/one/tests.rs", &modules));
    assert!(is_one_of("crates/a/src/example/part.rs", &modules));
    assert!(!is_one_of("crates/a/src/one/b.rs", &modules));
}

#[test]
fn a_file_is_found_by_its_name_its_folder_or_its_module() {
    let places = ["crates/a/src/one.rs", "crates/a/src/two/"].map(ToOwned::to_owned);
    for (path, expected) in [
        ("crates/a/src/one.rs", true),
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
