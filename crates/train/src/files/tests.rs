use std::collections::BTreeMap;

use std::path::PathBuf;

use super::*;

/// A folder for a test, and the path of a file in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    (folder, path)
}

#[test]
fn a_missing_file_is_an_empty_text() {
    let (_folder, path) = place();
    assert_eq!(read_text_or_empty(&path).unwrap(), "");
}

#[test]
fn a_damaged_json_file_is_named_with_a_way_out() {
    let (_folder, path) = place();
    write_whole(&path, b"{").unwrap();
    let failure = read_json::<BTreeMap<String, u8>>(&path).unwrap_err();
    let expected = format!("{}: expected a file as mixup writes it", path.display());
    assert!(failure.to_string().starts_with(&expected), "{failure}");
    assert_eq!(failure.hint(), "start the run anew in another folder");
}

#[test]
fn a_folder_that_holds_something_is_not_taken_for_empty() {
    let (folder, path) = place();
    append_lines(&path, "").unwrap();
    assert!(remove_empty_folder(folder.path()).is_err());
    remove_file(&path).unwrap();
    assert!(remove_empty_folder(folder.path()).is_ok());
}

#[test]
fn one_line_stays_one_line_whatever_a_string_holds() {
    assert_eq!(json_line(&["a\nb"]), r#"["a\nb"]"#);
}

#[test]
fn a_file_ends_with_a_line_break() {
    let value = BTreeMap::from([("epochs", 2)]);
    assert_eq!(json_text(&value), "{\n  \"epochs\": 2\n}\n");
}

/// JSON has no NaN.
#[test]
fn a_number_that_is_none_becomes_null() {
    assert_eq!(json_line(&f64::NAN), "null");
}

#[test]
fn appended_lines_follow_one_another() {
    let (_folder, path) = place();
    append_lines(&path, "one\n").unwrap();
    append_lines(&path, "two\n").unwrap();
    assert_eq!(read_text(&path).unwrap(), "one\ntwo\n");
}

#[test]
fn a_line_is_not_glued_to_a_last_one_without_a_line_break() {
    let (_folder, path) = place();
    write_whole(&path, b"one").unwrap();
    append_lines(&path, "two\n").unwrap();
    assert_eq!(read_text(&path).unwrap(), "one\ntwo\n");
}

#[test]
fn lines_that_many_writers_append_are_all_there() {
    let (_folder, path) = place();
    let path = path.as_path();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            scope.spawn(move || {
                for _ in 0..10 {
                    append_lines(path, &format!("{writer}\n")).unwrap();
                }
            });
        }
    });
    let text = read_text(path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let wanted = (0..8).flat_map(|writer| vec![writer.to_string(); 10]);
    assert_eq!(lines, wanted.collect::<Vec<_>>());
}

#[test]
fn a_file_of_lines_that_cannot_be_made_is_not_there() {
    let (folder, _) = place();
    let path = folder.path().join("nowhere/rows");
    assert!(append_lines(&path, "one\n").is_err());
    assert!(names_in(folder.path()).unwrap().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn lines_are_not_appended_to_a_device() {
    let failure = append_lines(Path::new("/dev/full"), "one\n").unwrap_err();
    assert_eq!(failure.exit_code(), 2);
    assert!(
        failure.to_string().contains("expected a regular file"),
        "{failure}"
    );
}

#[test]
fn a_json_file_that_is_not_utf_8_is_damaged() {
    let (_folder, path) = place();
    write_whole(&path, b"{\"a\xff\": 1}").unwrap();
    let failure = read_json::<BTreeMap<String, u8>>(&path).unwrap_err();
    assert_eq!(failure.exit_code(), 2);
    assert_eq!(failure.hint(), "start the run anew in another folder");
    assert!(
        failure.to_string().contains("another byte at position 3"),
        "{failure}"
    );
}
