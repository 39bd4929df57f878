//! Values as JSON text.

use serde::Serialize;

/// `value` on one line, without a line break at its end.
///
/// # Panics
/// If `value` has no JSON form, such as a map with keys that are not strings. The types of this crate
/// are structs of numbers, strings and lists.
pub fn one_line<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("the types of this crate have a JSON form")
}

/// `value` on indented lines, with a line break at its end: a file's content.
///
/// # Panics
/// As [`one_line`].
pub fn lines<T: Serialize + ?Sized>(value: &T) -> String {
    let text = serde_json::to_string_pretty(value);
    text.expect("the types of this crate have a JSON form") + "\n"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn one_line_stays_one_line_whatever_a_string_holds() {
        assert_eq!(one_line(&["a\nb"]), r#"["a\nb"]"#);
    }

    #[test]
    fn a_file_ends_with_a_line_break() {
        let value = BTreeMap::from([("epochs", 2)]);
        assert_eq!(lines(&value), "{\n  \"epochs\": 2\n}\n");
    }

    /// JSON has no NaN.
    #[test]
    fn a_number_that_is_none_becomes_null() {
        assert_eq!(one_line(&f64::NAN), "null");
    }
}
