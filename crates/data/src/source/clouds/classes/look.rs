//! Whether there are clouds in folders of classes: a look at names and first bytes.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Order;
use crate::file::open_regular;
use crate::source::clouds::files::FileKind;
use crate::source::clouds::{off, text};
use crate::source::folder::{
    Entry, Parts, has_images, is_of_a_system, is_part_name, visible_entries,
};
use crate::source::tree::Tree;

/// How much of a file is looked at to know whether it is a cloud.
const START_BYTES: u64 = 1 << 12;
/// How many classes are looked at. A set of images may have many, and many pictures in each.
const MAX_LOOKED_AT: usize = 64;

/// What the folders of classes in `folder` hold, and their order; `None` if there are no clouds in them.
///
/// One mesh is enough, because no other file has its name and start. Texts of numbers lie next to pictures, too, so two
/// classes of them are needed.
pub(in crate::source::clouds) fn look(folder: &Path) -> Option<(FileKind, Order)> {
    let classes = folders(folder);
    // A class may be called train, so that what looks like a part may be one.
    let with_parts = classes.iter().filter(|class| !is_part_name(&class.name));
    let of_training = with_parts.filter_map(|class| training(&class.path));
    if let Some(kind) = kind_of(of_training) {
        return Some((kind, Order::ClassFirst));
    }
    let train = training(folder);
    let of_part = train.iter().flat_map(|train| folders(train));
    if let Some(kind) = kind_of(of_part.map(|class| class.path)) {
        return Some((kind, Order::PartFirst));
    }
    let kind = kind_of(classes.into_iter().map(|class| class.path))?;
    Some((kind, Order::NoParts))
}

/// Whether two folders of classes hold pictures, so that the set is one of images.
pub(in crate::source::clouds) fn have_pictures(folder: &Path) -> bool {
    let classes = folders(folder);
    let mut filled = classes.iter().filter(|class| has_images(&class.path));
    filled.nth(1).is_some()
}

/// The first subfolders that may be classes, by their names.
fn folders(folder: &Path) -> Vec<Entry> {
    let mut folders = visible_entries(folder).unwrap_or_default();
    folders.retain(|entry| entry.is_folder && !is_of_a_system(&entry.name));
    folders.sort_by(|one, other| one.name.cmp(&other.name));
    folders.truncate(MAX_LOOKED_AT);
    folders
}

/// The folder of the training part in `folder`.
fn training(folder: &Path) -> Option<PathBuf> {
    let parts = Parts::find(&Tree::Disk, folder).ok()??;
    Some(folder.join(parts.train?))
}

/// The kind of the clouds in these folders, by their first files.
fn kind_of(folders: impl Iterator<Item = PathBuf>) -> Option<FileKind> {
    let mut texts = 0;
    for folder in folders {
        let mut files = visible_entries(&folder).unwrap_or_default();
        files.retain(|entry| !entry.is_folder);
        files.sort_by(|one, other| one.name.cmp(&other.name));
        let first = |kind| {
            let mut files = files.iter();
            files.find(|entry| FileKind::named(&entry.path) == Some(kind))
        };
        let starts = |entry: &Entry, is_start: fn(&[u8]) -> bool| {
            start_of(&entry.path).is_some_and(|start| is_start(&start))
        };
        if first(FileKind::Off).is_some_and(|entry| starts(entry, off::is_start)) {
            return Some(FileKind::Off);
        }
        if first(FileKind::Text).is_some_and(|entry| starts(entry, text::is_start)) {
            texts += 1;
        }
        if texts == 2 {
            return Some(FileKind::Text);
        }
    }
    None
}

fn start_of(path: &Path) -> Option<Vec<u8>> {
    let (file, _) = open_regular(path, u64::MAX).ok()?;
    let mut start = vec![];
    file.take(START_BYTES).read_to_end(&mut start).ok()?;
    Some(start)
}
