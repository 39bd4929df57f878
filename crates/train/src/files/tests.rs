use std::collections::BTreeMap;

use super::*;

/// A folder for a test, and the path of a file in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    (folder, path)
}

#[test]
fn whole_files_replace_and_leave_nothing_else() {
    let (folder, path) = place();
    write_whole(&path, b"one").unwrap();
    write_whole(&path, b"two").unwrap();
    assert_eq!(read_text(&path).unwrap(), "two");
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing() {
    let (folder, path) = place();
    // A folder in its place cannot be replaced by a file.
    create_folder(&path.join("inside")).unwrap();
    let failure = write_whole(&path, b"one").unwrap_err();
    assert!(failure.to_string().starts_with(&path.display().to_string()));
    assert_eq!(names_in(folder.path()).unwrap(), ["a"]);
}

#[test]
fn a_missing_file_is_an_empty_text() {
    let (_folder, path) = place();
    assert_eq!(read_text_or_empty(&path).unwrap(), "");
}

#[test]
fn appended_texts_follow_one_another() {
    let (_folder, path) = place();
    append(&path, "one\n").unwrap();
    append(&path, "two\n").unwrap();
    assert_eq!(read_text(&path).unwrap(), "one\ntwo\n");
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
fn a_json_file_that_is_not_utf8_is_damaged() {
    let (_folder, path) = place();
    write_whole(&path, b"{\"a\":\"\xff\"}").unwrap();
    let failure = read_json::<BTreeMap<String, String>>(&path).unwrap_err();
    let expected = ": expected UTF-8 text, found another byte at position 6";
    assert!(failure.to_string().ends_with(expected), "{failure}");
    assert_eq!(failure.exit_code(), 2);
    assert_eq!(failure.hint(), "start the run anew in another folder");
}

#[test]
fn a_second_lock_is_refused_until_the_first_is_given_back() {
    let (_folder, path) = place();
    let first = lock(&path).unwrap().unwrap();
    assert!(lock(&path).unwrap().is_none());
    drop(first);
    assert!(lock(&path).unwrap().is_some());
}

#[test]
fn a_folder_that_holds_something_is_not_taken_for_empty() {
    let (folder, path) = place();
    append(&path, "").unwrap();
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

/// Several processes may write it at once, and others may read it.
#[cfg(unix)]
#[test]
fn a_shared_file_has_the_permissions_of_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    write_whole(&path, b"a").unwrap();
    let shared = folder.path().join("shared");
    write_whole_shared(&shared, ".part-", b"b").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&shared), mode(&path));
    assert_eq!(read_text(&shared).unwrap(), "b");
    assert_eq!(names_in(folder.path()).unwrap().len(), 2);
}
