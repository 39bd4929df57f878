//! Finds the layout of a folder.

use std::path::{Path, PathBuf};

use crate::DataError;
use crate::source::cifar::official::Cifar;
use crate::source::folder::{Parts, is_of_a_system, is_part_name};
use crate::source::guess;
use crate::source::lists::Lists;
use crate::source::official::{OfficialSet, sets_of};
use crate::source::parquet::{self, TableFile};
use crate::source::tiny_imagenet;
use crate::source::tree::Tree;

/// A layout, and the folder that holds its files.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) holds: Holds,
}

/// What a folder holds.
pub(super) enum Holds {
    /// Files with fixed names.
    Official(OfficialSet),
    /// Tiny ImageNet's folders and texts.
    TinyImageNet,
    /// Folders of classes.
    Classes(Parts),
    /// Pictures that lists name.
    Lists(Lists),
    /// Parquet files.
    Tables(Vec<TableFile>),
}

impl std::fmt::Display for Holds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Official(set) => set.fmt(formatter),
            Self::TinyImageNet => formatter.write_str("Tiny ImageNet"),
            Self::Classes(_) => formatter.write_str("class folders"),
            Self::Lists(_) => formatter.write_str("lists of pictures"),
            Self::Tables(_) => formatter.write_str("parquet files"),
        }
    }
}

/// The deepest folder with parquet files, below that of the set: that of a split in that of a configuration.
const TABLE_DEPTH: usize = 2;

/// The only layout in a folder, or in the only one of its subfolders that has one, or else the parquet files in all of
/// them, unless two or more hold pictures. `splits` says whether a set needs no test part.
///
/// # Errors
/// None or several layouts.
pub(super) fn recognise(tree: &Tree, path: &Path, splits: bool) -> Result<Place, DataError> {
    let found = recognise_known(tree, path, splits);
    let is_set = match &found {
        // The splits of a set may be folders of parquet files.
        Ok(place) => match &place.holds {
            Holds::Classes(parts) if parts.train.is_some() => {
                has_classes(tree, &place.folder, parts)
            }
            _ => true,
        },
        Err(_) => !all(tree, path).is_ok_and(|found| found.is_empty()),
    };
    if is_set || !matches!(tree, Tree::Disk) || has_flat_classes(tree, path) {
        return found;
    }
    let files = parquet::files_in(path, TABLE_DEPTH)?;
    match files.is_empty() {
        true => found,
        false => Ok(Place {
            folder: path.into(),
            holds: Holds::Tables(files),
        }),
    }
}

fn recognise_known(tree: &Tree, path: &Path, splits: bool) -> Result<Place, DataError> {
    if let Some(place) = at(tree, path, splits)? {
        return Ok(place);
    }
    let folders: Vec<_> = tree
        .entries(path)?
        .into_iter()
        .filter(|entry| entry.is_folder && !is_of_a_system(&entry.name))
        .collect();
    if folders.iter().any(|entry| is_part_name(&entry.name)) {
        return Err(none(tree, path));
    }
    // The only folder is what is meant, so that its errors are those of the path.
    if let [only] = &folders[..]
        && let Some(place) = at(tree, &only.path, splits)?
    {
        return Ok(place);
    }
    // Of several folders, one that cannot be read is no set.
    let mut sets = folders.iter().filter(|entry| is_set(tree, &entry.path));
    if let (Some(only), None) = (sets.next(), sets.next())
        && let Some(place) = at(tree, &only.path, splits)?
    {
        return Ok(place);
    }
    let only = match &folders[..] {
        [only] => &only.path,
        _ => path,
    };
    // The training part of a set has classes too, but its set has its own test images.
    let is_part = || matches!(tree, Tree::Disk) && guess::is_one_part(path);
    if !has_flat_classes(tree, only) || (splits && is_part()) {
        Err(none(tree, path))
    } else if splits {
        Ok(flat(only))
    } else {
        Err(none(tree, only))
    }
}

/// The error for a place in which no layout was found.
fn none(tree: &Tree, path: &Path) -> DataError {
    match tree {
        Tree::Disk => guess::no_layout(path),
        Tree::Packed(packed) => guess::no_layout_in_archive(tree, packed.archive.path(), path),
    }
}

/// Classes that lie at the path itself.
fn flat(path: &Path) -> Place {
    Place {
        folder: path.into(),
        holds: Holds::Classes(Parts::default()),
    }
}

/// Whether there are two class folders or more at the path itself.
fn has_flat_classes(tree: &Tree, path: &Path) -> bool {
    let entries = tree.entries(path).unwrap_or_default();
    let mut folders = entries
        .iter()
        .filter(|entry| entry.is_folder && !is_of_a_system(&entry.name));
    let mut more = || folders.any(|folder| tree.has_images(&folder.path));
    more() && more()
}

/// Whether a folder one level down is a set: it has files of one, lists, or folders of classes for training.
fn is_set(tree: &Tree, folder: &Path) -> bool {
    let found = all(tree, folder).unwrap_or_default();
    found.iter().any(|place| match &place.holds {
        Holds::Classes(parts) => has_classes(tree, folder, parts),
        _ => true,
    })
}

fn has_classes(tree: &Tree, folder: &Path, parts: &Parts) -> bool {
    let train = parts.train.as_deref().map(|name| folder.join(name));
    train.is_some_and(|train| {
        let entries = tree.entries(&train).unwrap_or_default();
        entries.iter().filter(|entry| entry.is_folder).count() >= 2
    })
}

/// Folders of a set that its archive makes, or that a library makes for it.
const USUAL_FOLDERS: [&str; 6] = [
    "cifar-10-batches-bin",
    "cifar-10-batches-py",
    "cifar-100-binary",
    "cifar-100-python",
    "raw",
    "stl10_binary",
];

/// The layouts in a folder itself. What version 0.2.0 knew comes before other sets: CIFAR-10 and class folders may have
/// such sets, or lists, next to them.
fn all(tree: &Tree, path: &Path) -> Result<Vec<Place>, DataError> {
    if tiny_imagenet::is_at(tree, path) {
        let holds = Holds::TinyImageNet;
        let folder = path.into();
        return Ok(vec![Place { folder, holds }]);
    }
    let usual = USUAL_FOLDERS.map(|name| path.join(name));
    let usual = usual.into_iter().filter(|folder| match tree {
        Tree::Disk => folder.is_dir(),
        Tree::Packed(_) => true,
    });
    let mut official = vec![];
    for folder in std::iter::once(path.to_path_buf()).chain(usual) {
        let sets = sets_of(&tree.official_files(&folder)?);
        official.extend(sets.into_iter().map(|set| (folder.clone(), set)));
    }
    let (cifar10, others): (Vec<_>, Vec<_>) = official
        .into_iter()
        .partition(|(_, set)| matches!(set, OfficialSet::Cifar(Cifar::Ten, _)));
    let place = |folder: &Path, holds| Place {
        folder: folder.into(),
        holds,
    };
    let places = |sets: Vec<(PathBuf, OfficialSet)>| {
        let places = sets.into_iter();
        places
            .map(|(folder, set)| place(&folder, Holds::Official(set)))
            .collect::<Vec<_>>()
    };
    let parts = Parts::find(tree, path)?;
    let has_classes = parts
        .as_ref()
        .is_some_and(|parts| has_classes(tree, path, parts));
    let mut found = places(cifar10);
    if has_classes || (!found.is_empty() && parts.is_some()) {
        found.extend(parts.map(|parts| place(path, Holds::Classes(parts))));
        return Ok(found);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    found = places(others);
    if let Some(lists) = Lists::find(tree, path) {
        found.push(place(path, Holds::Lists(lists)));
    }
    if found.is_empty() {
        found.extend(parts.map(|parts| place(path, Holds::Classes(parts))));
    }
    Ok(found)
}

/// The only layout in a folder itself.
fn at(tree: &Tree, path: &Path, splits: bool) -> Result<Option<Place>, DataError> {
    let mut found = all(tree, path)?;
    match (found.pop(), found.pop()) {
        (Some(place), None) => {
            // A class may be called train.
            if let Holds::Classes(parts) = &place.holds
                && splits
                && parts.test.is_none()
                && !has_classes(tree, path, parts)
                && has_flat_classes(tree, path)
            {
                return Ok(Some(flat(path)));
            }
            Ok(Some(place))
        }
        (Some(Place { holds: one, .. }), Some(Place { holds: other, .. })) => {
            if let (Holds::Official(one), Holds::Official(other)) = (&other, &one) {
                return Err(crate::source::official::both(path, *one, *other));
            }
            let found = format!("both {other} and {one}");
            Err(DataError::format(path, "one layout of images", found))
        }
        (None, _) => Ok(None),
    }
}
