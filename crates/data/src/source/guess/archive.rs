//! An archive in which no layout was found.

use std::path::Path;

use crate::DataError;
use crate::source::numpy::ArrayFile;
use crate::source::tree::Tree;

/// The most arrays that an error names.
const MAX_NAMED: usize = 10;

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
    let entries = tree.entries(folder).unwrap_or_default();
    let arrays = entries
        .iter()
        .filter_map(|entry| entry.name.strip_suffix(".npy"));
    let arrays: Vec<&str> = arrays.take(MAX_NAMED).collect();
    if !arrays.is_empty() {
        let expected = format!("the arrays {}", ArrayFile::EXPECTED);
        let fault = DataError::format(path, expected, arrays.join(", "));
        return fault.hinted(
            "save such arrays with numpy.savez: images of uint8, N x height x width or N x height x width x 3, and one \
             label for each",
        );
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
