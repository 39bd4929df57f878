//! Finds the layout of a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::Layout;
use crate::DataError;
use crate::source::cifar::official::{self, Form, Member};
use crate::source::folder::{Parts, is_of_a_system, is_part_name, visible_entries};
use crate::source::guess;

/// A layout, and the folder that holds its files.
pub(super) struct Place {
    pub(super) layout: Layout,
    pub(super) folder: PathBuf,
    /// Empty for other layouts than class folders.
    pub(super) parts: Parts,
}

/// The only layout in a folder, or in the only one of its subfolders that has one. `splits` says whether a set needs
/// no test part.
///
/// # Errors
/// None or several layouts.
pub(super) fn recognise(path: &Path, splits: bool) -> Result<Place, DataError> {
    if let Some(place) = at(path, splits)? {
        return Ok(place);
    }
    let folders: Vec<_> = visible_entries(path)?
        .into_iter()
        .filter(|entry| entry.is_folder && !is_of_a_system(&entry.name))
        .collect();
    if folders.iter().any(|entry| is_part_name(&entry.name)) {
        return Err(guess::no_layout(path));
    }
    // The only folder is what is meant, so that its errors are those of the path.
    if let [only] = &folders[..]
        && let Some(place) = at(&only.path, splits)?
    {
        return Ok(place);
    }
    // Of several folders, one that cannot be read is no set.
    let mut sets = folders.iter().filter(|entry| is_set(&entry.path));
    if let (Some(only), None) = (sets.next(), sets.next())
        && let Some(place) = at(&only.path, splits)?
    {
        return Ok(place);
    }
    let only = match &folders[..] {
        [only] => &only.path,
        _ => path,
    };
    // The training part of a set has classes too, but its set has its own test images.
    if guess::flat_classes(only).is_none() || (splits && guess::is_one_part(path)) {
        Err(guess::no_layout(path))
    } else if splits {
        Ok(flat(only))
    } else {
        Err(guess::no_layout(only))
    }
}

/// Classes that lie at the path itself.
fn flat(path: &Path) -> Place {
    Place {
        layout: Layout::ClassFolders,
        folder: path.into(),
        parts: Parts::default(),
    }
}

/// Whether a folder one level down is a set: it has files of CIFAR-10, or folders of classes for training.
fn is_set(folder: &Path) -> bool {
    match layouts(folder) {
        Ok((_, Some(parts))) => has_classes(folder, &parts),
        Ok((official, None)) => !official.is_empty(),
        Err(_) => false,
    }
}

fn has_classes(folder: &Path, parts: &Parts) -> bool {
    let train = parts.train.as_deref().map(|name| folder.join(name));
    train.is_some_and(|train| {
        let entries = visible_entries(&train).unwrap_or_default();
        entries.iter().filter(|entry| entry.is_folder).count() >= 2
    })
}

/// The official layouts in a folder with the folders that hold their files, and its parts if it has class folders.
type Layouts = (Vec<(Layout, PathBuf)>, Option<Parts>);

fn layouts(path: &Path) -> Result<Layouts, DataError> {
    let (mut binary, mut python) = (false, false);
    for entry in fs::read_dir(path).map_err(DataError::io(path))? {
        let entry = entry.map_err(DataError::io(path))?;
        match entry.file_name().to_str().and_then(Member::named) {
            Some(member) if member.form == Form::Binary => binary = true,
            Some(_) => python = true,
            None => {}
        }
    }
    let subfolder = |name: &str| Some(path.join(name)).filter(|folder| folder.is_dir());
    let found = [
        (Layout::Binary, binary.then(|| path.into())),
        (Layout::Python, python.then(|| path.into())),
        (Layout::Binary, subfolder("cifar-10-batches-bin")),
        (Layout::Python, subfolder("cifar-10-batches-py")),
    ];
    let found = found
        .into_iter()
        .filter_map(|(layout, folder)| Some((layout, folder?)));
    Ok((found.collect(), Parts::find(path)?))
}

/// The only layout in a folder itself.
fn at(path: &Path, splits: bool) -> Result<Option<Place>, DataError> {
    let (mut found, parts) = layouts(path)?;
    if parts.is_some() {
        found.push((Layout::ClassFolders, path.into()));
    }
    match (found.pop(), found.pop()) {
        // A class may be called train.
        (Some((Layout::ClassFolders, _)), None)
            if splits
                && parts
                    .as_ref()
                    .is_some_and(|parts| parts.test.is_none() && !has_classes(path, parts))
                && guess::flat_classes(path).is_some() =>
        {
            Ok(Some(flat(path)))
        }
        (Some((layout, folder)), None) => Ok(Some(Place {
            layout,
            folder,
            parts: parts.unwrap_or_default(),
        })),
        (Some((Layout::Python, _)), Some((Layout::Binary, _))) => Err(official::both_forms(path)),
        (Some((one, _)), Some((other, _))) => {
            let found = format!("both {other} and {one}");
            Err(DataError::format(path, "one layout of images", found))
        }
        (None, _) => Ok(None),
    }
}
