//! Folders of classes that cannot be read, each with a way out.

use std::path::Path;

use crate::shell::quoted;
use crate::source::clouds::files::FileKind;
use crate::source::folder::Part;
use crate::{DataError, MAX_CLASSES};

/// The error for a folder with too few or too many classes.
pub(super) fn number_of_classes(folder: &Path, classes: &[String]) -> DataError {
    let expected = format!("2 to {MAX_CLASSES} class folders");
    let fault = DataError::format(folder, expected, classes.len().to_string());
    fault.hinted(match classes.len() > MAX_CLASSES {
        true => "join classes, or move some away",
        false => "a network tells at least two classes apart: add the folder of another one",
    })
}

/// The error for a folder of a class, or of a part, that should hold clouds.
pub(super) fn without_clouds(folder: &Path, kind: FileKind) -> DataError {
    let expected = format!("at least one {}", kind.words());
    DataError::format(folder, expected, "none")
        .hinted("add clouds, or move this folder away, also from the other parts of the set")
}

/// The error for a part that has folders in those of classes, and no clouds in them.
pub(super) fn part_without_clouds(folder: &Path, part: Part, kind: FileKind) -> DataError {
    let expected = format!("at least one {} for the {part} part", kind.words());
    DataError::format(folder, expected, "none").hinted("add clouds, or move its folders away")
}

/// The error for a class that the training part does not have.
pub(super) fn unknown_class(folder: &Path) -> DataError {
    let expected = "a class that the training split has";
    DataError::format(folder, expected, "another").hinted(format!(
        "give it the name of its class for training, add training clouds of it, or move it away: {}",
        quoted(folder)
    ))
}
