use super::*;
use crate::source::archive::tests::gzip;

/// An archive whose files have these names, as `pets.tar.gz` in a folder that the test keeps.
fn packed(names: &[&str]) -> (tempfile::TempDir, Packed) {
    let folder = tempfile::tempdir().expect("a new folder");
    let path = folder.path().join("pets.tar.gz");
    std::fs::write(&path, gzip(&[0; 1024])).expect("a new file");
    let archive = Archive::open(&path, &mut vec![]).expect("a file");
    let found = Found {
        names: names.iter().map(PathBuf::from).collect(),
        ..Found::default()
    };
    let packed = Packed::new(archive.expect("an archive"), found);
    (folder, packed.expect("good names"))
}

/// Names of the entries of a folder, with a slash after those of folders.
fn names(packed: &Packed, folder: &str) -> Vec<String> {
    let entries = packed.entries(&packed.archive.path().join(folder));
    let name = |entry: Entry| format!("{}{}", entry.name, if entry.is_folder { "/" } else { "" });
    entries.into_iter().map(name).collect()
}

#[test]
fn folders_hold_the_entries_that_the_paths_of_files_name() {
    let (_folder, packed) = packed(&[
        "train/cat/b.png",
        "notes.txt",
        "train/cat/a.png",
        "train/dog/a.png",
    ]);
    assert_eq!(names(&packed, ""), ["train/", "notes.txt"]);
    assert_eq!(names(&packed, "train"), ["cat/", "dog/"]);
    assert_eq!(names(&packed, "train/cat"), ["a.png", "b.png"]);
    assert!(names(&packed, "test").is_empty());
}

#[test]
fn a_file_that_comes_twice_and_a_name_in_another_encoding_are_refused() {
    for (names, said) in [
        (
            ["a/x.png", "a/x.png"],
            "expected each file once, found it twice",
        ),
        (
            ["a/\u{fffd}.png", "a/x.png"],
            "expected a name in UTF-8, found another encoding",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a new folder");
        let path = folder.path().join("pets.tar.gz");
        std::fs::write(&path, gzip(&[0; 1024])).expect("a new file");
        let archive = Archive::open(&path, &mut vec![]).expect("a file");
        let found = Found {
            names: names.map(PathBuf::from).into(),
            ..Found::default()
        };
        let refused = Packed::new(archive.expect("an archive"), found).err();
        let message = refused.expect("a refusal").to_string();
        assert!(message.ends_with(said), "{message}");
    }
}

#[test]
fn hidden_files_and_those_of_systems_are_not_there() {
    let (_folder, packed) = packed(&[".git/x.png", "a/.x.png", "__MACOSX/a/x.png", "a/Thumbs.db"]);
    assert!(names(&packed, "").is_empty() && names(&packed, "a").is_empty());
}

#[test]
fn pictures_are_found_at_any_depth() {
    let (_folder, packed) = packed(&["a/b/c/x.png", "ab/notes.txt"]);
    let has = |name: &str| packed.has_images(&packed.archive.path().join(name));
    assert!(has("") && has("a") && has("a/b/c"));
    assert!(!has("ab") && !has("b"));
}

/// Sizes are claims of the archive. A sum that overflowed would let the last one through.
#[test]
fn lists_that_claim_more_bytes_than_can_be_are_refused() {
    let mut found = Found::default();
    let failure = |error: std::io::Error| {
        DataError::format(Path::new("a"), "bytes", error.kind().to_string())
    };
    let mut take = |name: &str, size: usize| {
        let reader = &mut &b"x"[..];
        let mut content = Content {
            path: Path::new(name),
            size,
            reader,
            failure: &failure,
        };
        found.take(Path::new("a.zip"), Path::new(name), &mut content)
    };
    take("train.txt", 1).expect("a small list");
    let error = take("test.txt", usize::MAX).expect_err("a huge list");
    assert!(
        error
            .to_string()
            .starts_with("test.txt: expected lists of at most"),
        "{error}"
    );
}
