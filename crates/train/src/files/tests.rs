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
