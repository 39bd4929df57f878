use super::*;

const ROW: &str = r#"{"epoch":1,"train_loss":0.5,"train_accuracy":0.5,"test_loss":0.25,"test_accuracy":0.75,"seconds":1.0,"images_per_second":2.0}"#;

fn rows_of(text: &str) -> Result<Vec<EpochRow>, Failure> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metrics.jsonl");
    files::append(&path, text).unwrap();
    read_rows(&path)
}

#[test]
fn a_damaged_row_is_named_by_its_line() {
    let message = rows_of(&format!("{ROW}\n{{\"epoch\":2\n"))
        .unwrap_err()
        .to_string();
    let expected =
        "expected a file as mixup writes it, found EOF while parsing an object in line 2";
    assert!(message.ends_with(expected), "{message}");
}

#[test]
fn whole_rows_are_read_in_their_order() {
    let second = ROW.replace("\"epoch\":1", "\"epoch\":2");
    let rows = rows_of(&format!("{ROW}\n{second}\n")).unwrap();
    let epochs: Vec<usize> = rows.iter().map(|row| row.epoch).collect();
    assert_eq!(epochs, [1, 2]);
}
