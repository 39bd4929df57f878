use std::fs;

use super::*;

/// What is in the file `table.csv` after writing `table` over `earlier`.
fn after(earlier: Option<&str>, table: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    if let Some(text) = earlier {
        fs::write(&path, text).unwrap();
    }
    write_or_remove(&path, table).unwrap();
    fs::read_to_string(path).ok()
}

#[test]
fn a_table_with_rows_replaces_the_earlier_one() {
    assert_eq!(
        after(Some("a,b\n5,6\n"), "a,b\n1,2\n"),
        Some("a,b\n1,2\n".into())
    );
}

#[test]
fn an_earlier_table_goes_if_there_are_no_rows() {
    assert_eq!(after(Some("a,b\n5,6\n"), "a,b\n"), None);
}

#[test]
fn a_file_with_another_header_stays() {
    assert_eq!(
        after(Some("x,y\n5,6\n"), "a,b\n"),
        Some("x,y\n5,6\n".into())
    );
}

#[test]
fn without_rows_and_earlier_table_nothing_is_written() {
    assert_eq!(after(None, "a,b\n"), None);
}
