//! An archive in which no layout was found.

use std::path::{Path, PathBuf};

use super::arrays::other_arrays;
use crate::DataError;
use crate::source::archive::ArchiveKind;
use crate::source::tree::Tree;

/// The error for class folders at `folder` in an archive, without test images.
pub(crate) fn no_test_in_archive(folder: &Path) -> DataError {
    DataError::format(folder, "a folder test next to train", "none").hinted(SPLIT)
}

/// The way out of a set without test images.
const SPLIT: &str = "write split = 0.2 under [data] in the experiment, as `mixup experiments show folders` has it (data \
    check and data preview read it by --experiment FILE)";

/// The error for the archive at `path`, whose folder `folder` has none of the layouts.
pub(crate) fn no_layout_in_archive(tree: &Tree, path: &Path, folder: &Path) -> DataError {
    let fault = |found: &str| {
        DataError::format(
            path,
            "the files of a set, class folders (train/CLASS/*, test/CLASS/*) or lists (train.txt, test.txt)",
            found,
        )
    };
    if let Some(error) = packed_corruptions(tree, path) {
        return error;
    }
    let entries = tree.entries(folder).unwrap_or_default();
    let names = entries.iter().filter(|entry| !entry.is_folder);
    if let Some(error) = other_arrays(path, names.map(|entry| entry.name.as_str())) {
        return error;
    }
    let classes = entries
        .iter()
        .filter(|entry| entry.is_folder && tree.has_images(&entry.path));
    let names: Vec<&str> = classes.map(|entry| entry.name.as_str()).collect();
    match names[..] {
        [first, second, ..] => {
            fault(&format!("class folders without train and test ({first}, {second}, …)"))
                .hinted(SPLIT)
        }
        _ if tree.has_images(folder) => fault("pictures in other folders")
            .hinted("pack the set again, with its folders train and test at the top"),
        _ => fault("none of these").hinted(
            "data in another form is read after it is unpacked, converted and put into class folders",
        ),
    }
}

/// The error for corrupted test images in an archive in which no place can be read by itself, such as a ZIP archive.
fn packed_corruptions(tree: &Tree, path: &Path) -> Option<DataError> {
    let Tree::Packed(packed) = tree else {
        return None;
    };
    let kind = packed.archive.kind();
    let mut folders = packed.files_by_folder();
    let has_corruptions = folders.any(|files| {
        let is_labels = |file: &PathBuf| file.ends_with("labels.npy");
        let arrays = files
            .iter()
            .filter(|file| file.extension() == Some("npy".as_ref()));
        files.iter().any(is_labels) && arrays.count() > 1
    });
    if kind == ArchiveKind::Tar || !has_corruptions {
        return None;
    }
    let found = format!("corrupted test images alone, in a {kind}");
    let fault = DataError::format(path, "training and test images", found);
    Some(fault.hinted(
        "unpack it, or pack it as .tar without compression; then: mixup evaluate --weights RUN --data PATH",
    ))
}
