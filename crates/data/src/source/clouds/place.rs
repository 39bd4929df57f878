//! Finds the layout of a set of clouds, unless it is one of images.

use std::path::{Path, PathBuf};

use super::classes::{self, Order};
use super::files::FileKind;
use super::name_lists::NameLists;
use super::{arrays, hdf5};
use crate::DataError;
use crate::source::folder::{is_of_a_system, visible_entries};
use crate::source::official::OfficialSet;
use crate::source::place::{self as images, recognise};
use crate::source::tree::Tree;

/// A layout, and the folder or file that holds it.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) holds: Holds,
}

/// What a folder or file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Hdf5,
    Arrays,
    /// Files in folders of classes.
    Classes(FileKind, Order),
    /// Texts that lists name.
    NameLists(NameLists),
}

/// The layout at `path` or in its only subfolder; `None` if there is none, or if it is a set of images.
pub(super) fn find(path: &Path) -> Option<Place> {
    let place = |folder: &Path| {
        let holds = at(folder)?;
        let folder = folder.into();
        Some(Place { folder, holds })
    };
    let found = place(path).or_else(|| place(&only_folder(path)?))?;
    let is_images = path.is_dir() && is_images(path, &found);
    (!is_images).then_some(found)
}

/// The error for a path without clouds.
pub(super) fn none(path: &Path) -> DataError {
    if let Err(error) = std::fs::metadata(path) {
        return DataError::io(path)(error);
    }
    let expected =
        "point clouds: OFF meshes or texts in class folders, HDF5 files, or NumPy arrays";
    let fault = DataError::format(path, expected, "none of these");
    fault.hinted(
        "meshes lie in CLASS/train/*.off and CLASS/test/*.off; archives but .npz must be unpacked",
    )
}

fn at(path: &Path) -> Option<Holds> {
    let is_file = path.is_file();
    if is_file && path.extension().is_none_or(|ending| ending != "npz") {
        return None;
    }
    if arrays::are_at(path) {
        return Some(Holds::Arrays);
    }
    if is_file {
        return None;
    }
    if hdf5::is_at(path) {
        return Some(Holds::Hdf5);
    }
    if let Some(lists) = NameLists::look(path) {
        return Some(Holds::NameLists(lists));
    }
    let (kind, order) = classes::look(path)?;
    Some(Holds::Classes(kind, order))
}

/// The only subfolder.
fn only_folder(path: &Path) -> Option<PathBuf> {
    let entries = visible_entries(path).ok()?.into_iter();
    let mut folders = entries.filter(|entry| entry.is_folder && !is_of_a_system(&entry.name));
    match (folders.next(), folders.next()) {
        (Some(only), None) => Some(only.path),
        _ => None,
    }
}

/// Whether the folder at `path` is a set of images, or a part of one, next to which clouds may lie.
fn is_images(path: &Path, found: &Place) -> bool {
    if classes::have_pictures(&found.folder) {
        return true;
    }
    let Ok(images::Place { folder, holds }) = recognise(&Tree::Disk, path, true) else {
        return false;
    };
    match holds {
        // Some names of arrays are those of both; images are bytes, and clouds are not.
        images::Holds::Official(OfficialSet::Arrays) => found.holds != Holds::Arrays,
        images::Holds::Classes(parts) => {
            let train = parts.train.unwrap_or_default();
            classes::have_pictures(&folder.join(train))
        }
        images::Holds::Official(_)
        | images::Holds::TinyImageNet
        | images::Holds::Lists(_)
        | images::Holds::Tables(_) => true,
    }
}
