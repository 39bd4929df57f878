//! Clouds in folders of classes.

mod errors;
mod listing;
mod look;

use std::path::Path;

use super::CloudRequest;
use super::files::{FileKind, FoundFiles};
use super::read_set::check_test;
use crate::DataError;
use listing::Listing;
pub(super) use look::{have_pictures, look};

/// The order of the folders of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// `CLASS/train` and `CLASS/test`, as ModelNet has them.
    ClassFirst,
    /// `train/CLASS` and `test/CLASS`.
    PartFirst,
    /// `CLASS` alone.
    NoParts,
}

/// Finds the clouds of all parts: classes in the order of their names, and the files of a class in that of theirs.
///
/// # Errors
/// Fewer than 2 or too many classes, a class without training clouds, a test class that is not a training class, an empty
/// part, and no test part if none is asked for.
pub(super) fn find(
    folder: &Path,
    kind: FileKind,
    order: Order,
    request: &CloudRequest,
) -> Result<FoundFiles, DataError> {
    let mut listing = Listing::new(folder, kind);
    let (classes, parts) = match order {
        Order::ClassFirst => listing.class_first()?,
        Order::PartFirst => listing.part_first()?,
        Order::NoParts => listing.classes_in(folder)?,
    };
    let expected = match order {
        Order::ClassFirst => "a folder test in the folders of classes",
        Order::PartFirst | Order::NoParts => "a folder test next to that for training",
    };
    check_test(folder, parts.test.is_some(), expected, request)?;
    Ok(FoundFiles {
        folder: folder.into(),
        kind,
        classes,
        parts,
        passed_over: listing.finish(),
    })
}

#[cfg(test)]
mod tests;
