//! The names of classes, in the order of their labels.

use std::path::Path;

use super::lines::Lines;
use crate::file::{MAX_FILE_BYTES, read_regular};
use crate::{DataError, MAX_CLASSES};

/// The names of classes in a text, one in each line.
///
/// # Errors
/// A file that is not there or cannot be read, too many names, and one that comes twice.
pub(super) fn read_names(path: &Path) -> Result<Vec<String>, DataError> {
    let bytes = read_regular(path, MAX_FILE_BYTES).map_err(DataError::io(path))?;
    let mut lines = Lines::new(path, &bytes);
    let mut names: Vec<String> = vec![];
    while let Some(line) = lines.next()? {
        names.push(line.text.to_owned());
    }
    check_names(path, &names)?;
    Ok(names)
}

/// Checks the names of classes that stand at `path`.
///
/// # Errors
/// Fewer than 2 or too many names, an empty one, and one that comes twice.
pub(super) fn check_names(path: &Path, names: &[String]) -> Result<(), DataError> {
    if !(2..=MAX_CLASSES).contains(&names.len()) {
        let expected = format!("the names of 2 to {MAX_CLASSES} classes");
        return Err(DataError::format(path, expected, names.len().to_string()));
    }
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    let twice = sorted.windows(2).find(|pair| pair[0] == pair[1]);
    if let Some(pair) = twice {
        let found = format!("{} twice", pair[0]);
        return Err(DataError::format(path, "each class once", found));
    }
    match names.iter().any(String::is_empty) {
        true => Err(DataError::format(path, "names of classes", "an empty one")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::clouds::tests::folder;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let folder = folder(&[("names.txt", text)]);
        let here = format!("{}/", folder.path().display());
        read_names(&folder.path().join("names.txt"))
            .map_err(|error| error.to_string().replace(&here, ""))
    }

    #[test]
    fn a_name_stands_in_each_line() {
        let names = read("night stand\r\nbed\n\n").unwrap();
        assert_eq!(names, ["night stand", "bed"]);
    }

    #[test]
    fn names_that_do_not_tell_classes_apart_are_refused() {
        for (text, said) in [
            ("bed\nsofa\nbed", "each class once, found bed twice"),
            ("bed", "the names of 2 to 65536 classes, found 1"),
        ] {
            assert_eq!(read(text), Err(format!("names.txt: expected {said}")));
        }
        let names = ["bed".to_owned(), String::new()];
        let error = check_names(Path::new("classes.npy"), &names).unwrap_err();
        assert_eq!(
            error.to_string(),
            "classes.npy: expected names of classes, found an empty one"
        );
    }
}
