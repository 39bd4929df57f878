//! Counts, both JSON forms, and damaged ones.

use super::*;

/// Three classes, of which class 1 has no images.
fn small() -> Confusion {
    let mut confusion = Confusion::new(3);
    for (label, predicted, images) in [(2, 2, 40), (0, 2, 1), (0, 0, 41)] {
        confusion.add(label, predicted, images).unwrap();
    }
    confusion
}

#[test]
fn counts_by_hand() {
    let confusion = small();
    assert_eq!((confusion.images(), confusion.right()), (82, 81));
    assert_eq!(confusion.images_by_class(), [42, 0, 40]);
    let accuracies = confusion.class_accuracies();
    assert_eq!(accuracies, [Some(41.0 / 42.0), None, Some(1.0)]);
    assert_eq!(confusion.to_rows(), [[41, 0, 1], [0; 3], [0, 0, 40]]);
}

#[test]
fn a_class_that_there_is_not_is_no_cell() {
    let mut confusion = small();
    assert_eq!(confusion.add(0, 3, 1), Err(3));
    assert_eq!(confusion.add(9, 0, 1), Err(9));
    assert_eq!(confusion, small());
}

#[test]
fn runs_are_added_up() {
    let mut sum = small();
    sum.add_all(&small());
    assert_eq!(sum.to_rows(), [[82, 0, 2], [0; 3], [0, 0, 80]]);
    sum.add(0, 0, u32::MAX).unwrap();
    assert_eq!(sum.to_rows()[0][0], u32::MAX, "no overflow");
}

#[test]
fn only_cells_that_are_not_0_are_written() {
    let json = r#"{"classes":3,"cells":[[0,0,41],[0,2,1],[2,2,40]]}"#;
    assert_eq!(serde_json::to_string(&small()).unwrap(), json);
    assert_eq!(serde_json::from_str::<Confusion>(json).unwrap(), small());
}

#[test]
fn the_full_matrix_of_earlier_versions_is_read() {
    let json = "[[41,0,1],[0,0,0],[0,0,40]]";
    assert_eq!(serde_json::from_str::<Confusion>(json).unwrap(), small());
}

#[test]
fn a_thousand_classes_take_as_much_room_as_their_cells() {
    let mut confusion = Confusion::new(1000);
    for class in 0..1000 {
        confusion.add(class, class, 49).unwrap();
        confusion.add(class, (class + 1) % 1000, 1).unwrap();
    }
    let json = serde_json::to_string(&confusion).unwrap();
    assert!(json.len() < 30_000, "{} bytes", json.len());
    assert_eq!(serde_json::from_str::<Confusion>(&json).unwrap(), confusion);
    let rows = serde_json::to_string(&confusion.to_rows()).unwrap();
    assert_eq!(serde_json::from_str::<Confusion>(&rows).unwrap(), confusion);
}

/// Asserts why `json` is no confusion.
#[track_caller]
fn refused(json: &str, wanted: &str) {
    let error = serde_json::from_str::<Confusion>(json).unwrap_err();
    assert!(error.to_string().contains(wanted), "{error}");
}

#[test]
fn damaged_cells_are_refused() {
    let cells = |cells: &str| format!(r#"{{"classes":3,"cells":[{cells}]}}"#);
    refused(&cells("[0,3,1]"), "class 3 of 3 in cell [0, 3, 1]");
    refused(&cells("[7,0,1]"), "class 7 of 3 in cell [7, 0, 1]");
    refused(&cells("[0,0,-1]"), "invalid value: integer `-1`");
    refused(&cells("[-1,0,1]"), "invalid value: integer `-1`");
    refused(&cells("[65536,0,1]"), "invalid value: integer `65536`");
    refused(&cells("[0,0,4294967296]"), "invalid value");
    refused(&cells("[0,0,1.5]"), "invalid type: floating point `1.5`");
    refused(&cells("[0,0]"), "invalid length 2");
    refused(&cells("[0,0,0]"), "cell [0, 0, 0] without images");
    refused(&cells("[1,0,1],[0,0,1]"), "cell [0, 0, 1] out of order");
    refused(&cells("[1,0,1],[1,0,1]"), "cell [1, 0, 1] out of order");
    refused(r#"{"cells":[]}"#, "missing field `classes`");
    refused("7", "expected a confusion: its cells, or rows of counts");
}

#[test]
fn damaged_rows_are_refused() {
    refused("[[1,0],[0]]", "1 counts in row 1 of 2");
    refused("[[1,0,0],[0,1,0]]", "3 counts in row 0 of 2");
    refused("[[1,-1],[0,1]]", "invalid value: integer `-1`");
}

/// Nothing is reserved for classes that only a damaged number names.
#[test]
fn a_number_of_classes_reserves_no_memory() {
    let json = r#"{"classes":9007199254740992,"cells":[[0,0,1]]}"#;
    let confusion = serde_json::from_str::<Confusion>(json).unwrap();
    assert_eq!((confusion.classes(), confusion.images()), (1 << 53, 1));
}
