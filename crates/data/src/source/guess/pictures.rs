//! Folders of pictures that are a class, or too far above the classes.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::{Entries, name_of, whole_set};
use crate::shell::quoted;
use crate::source::folder::{has_images, is_image_name};

/// Folders deeper than this are not looked at.
const MAX_WAY_DOWN: usize = 8;
/// More folders than this next to a path are not looked at.
const MAX_OTHERS: usize = 100;

/// Pictures without class folders. They may be those of one class, if there are pictures in a folder next to it.
pub(super) fn loose_pictures(path: &Path, entries: &Entries) -> Option<(String, String)> {
    let has_pictures = |entries: &Entries| entries.files.iter().any(|file| is_image_name(file));
    if !has_pictures(entries) {
        return None;
    }
    let hint =
        "put them into folders: train/CLASS/*.png for training and test/CLASS/*.png for the test";
    let set = || -> Option<PathBuf> {
        let absolute = std::path::absolute(path).ok()?;
        let classes = absolute.parent()?;
        let others = Entries::of(classes).ok()?.folders.into_iter();
        let mut others = others.filter(|other| *other != absolute).take(MAX_OTHERS);
        others.find(|other| Entries::of(other).is_ok_and(|entries| has_pictures(&entries)))?;
        Some(whole_set(classes).map_or_else(|| classes.into(), |(_, set)| set))
    };
    let hint = match set() {
        Some(set) => format!(
            "if this is the folder of one class, give that of the whole set: --data {}; else {hint}",
            quoted(set)
        ),
        None => hint.into(),
    };
    Some(("images without class folders".into(), hint))
}

/// Each folder on the way down is the only one with pictures, until there are several: classes, or parts of a set.
pub(super) fn further_down(path: &Path) -> Option<(String, String)> {
    let mut folder = path.to_path_buf();
    for _ in 0..MAX_WAY_DOWN {
        let entries = Entries::of(&folder).ok()?;
        let mut filled = entries
            .folders
            .into_iter()
            .filter(|inner| has_images(inner));
        match (filled.next(), filled.next()) {
            (Some(only), None) => folder = only,
            (Some(_), Some(_)) if folder != path => {
                let found = format!("folders of pictures further down, in {}", name_of(&folder));
                let hint = format!("give this folder: --data {}", quoted(&folder));
                return Some((found, hint));
            }
            _ => return None,
        }
    }
    None
}

/// A folder that may not be read, so that nothing is known of its pictures.
pub(super) fn locked(entries: &Entries) -> Option<(String, String)> {
    let mut folders = entries.folders.iter();
    let folder = folders.find(|folder| fs::read_dir(folder).is_err())?;
    let found = format!("a folder that may not be read ({})", name_of(folder));
    let hint = format!(
        "give yourself the right to read it, for example with: chmod -R u+rX {}",
        quoted(folder)
    );
    Some((found, hint))
}

/// The pictures of one class, and nothing to tell them from.
pub(super) fn one_class(entries: &Entries) -> Option<(String, String)> {
    let mut filled = entries.folders.iter().filter(|folder| has_images(folder));
    let (only, None) = (filled.next()?, filled.next()) else {
        return None;
    };
    let found = format!("one class folder ({})", name_of(only));
    let hint = match entries.files.iter().find(|file| is_table(file)) {
        Some(table) => format!(
            "labels in {} are not read: move the pictures of each class into a folder of its own",
            quoted(table)
        ),
        None => format!(
            "a network tells at least two classes apart: add the folder of another one next to {}",
            quoted(only)
        ),
    };
    Some((found, hint))
}

/// Whether a file is of a kind that lists labels, by its name.
fn is_table(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        let endings = ["csv", "tsv", "json", "jsonl", "parquet", "xml"];
        endings
            .iter()
            .any(|table| ending.eq_ignore_ascii_case(table))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Root may read every folder, so one that does not exist stands for it.
    #[test]
    fn a_folder_that_cannot_be_read_is_named_with_the_command_that_opens_it() {
        let here = tempfile::tempdir().expect("a new folder");
        let entries = |names: &[&str]| Entries {
            folders: names.iter().map(|name| here.path().join(name)).collect(),
            files: vec![],
        };
        fs::create_dir(here.path().join("ant")).expect("a new folder");
        let (found, hint) = locked(&entries(&["ant", "my cat"])).expect("a folder");
        assert_eq!(found, "a folder that may not be read (my cat)");
        assert!(
            hint.contains("chmod -R u+rX '") && hint.ends_with("/my cat'"),
            "{hint}"
        );
        assert_eq!(locked(&entries(&["ant"])), None);
    }
}
