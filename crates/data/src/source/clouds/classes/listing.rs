//! The files of clouds in folders of classes, and what is passed over.

use std::path::{Path, PathBuf};

use super::errors;
use crate::source::clouds::files::FileKind;
use crate::source::clouds::read_set::PartsOf;
use crate::source::folder::{
    Entry, Labelled, MIDDLE_NAMES, Part, Parts, is_of_a_system, visible_entries,
};
use crate::source::passed_over::{PassedOver, PassedOverCounts, PassedOverReason};
use crate::source::tree::Tree;
use crate::{DataError, MAX_CLASSES};

/// The names of the classes, and the files of each part.
type FoundParts = (Vec<String>, PartsOf<Option<Vec<Labelled>>>);

/// Lists files and counts what is not read.
pub(super) struct Listing<'a> {
    folder: &'a Path,
    kind: FileKind,
    passed_over: PassedOverCounts,
}

impl<'a> Listing<'a> {
    /// A list of the set in `folder`.
    pub(super) fn new(folder: &'a Path, kind: FileKind) -> Self {
        Self {
            folder,
            kind,
            passed_over: PassedOverCounts::default(),
        }
    }

    /// What was passed over.
    pub(super) fn finish(self) -> Vec<PassedOver> {
        self.passed_over.finish()
    }

    /// The files in `train/CLASS` and `test/CLASS`.
    ///
    /// # Errors
    /// Those of [`find`](super::find).
    pub(super) fn part_first(&mut self) -> Result<FoundParts, DataError> {
        // The layout was recognised by its training part.
        let found = Parts::find(&Tree::Disk, self.folder)?.unwrap_or_default();
        let names = [&found.train, &found.validation, &found.test];
        for entry in visible_entries(self.folder)? {
            if !names.contains(&&Some(entry.name.clone())) {
                self.pass_over(&entry);
            }
        }
        let train = self.folder.join(found.train.unwrap_or_default());
        let (classes, mut parts) = self.classes_in(&train)?;
        for (part, name) in [
            (Part::Validation, found.validation),
            (Part::Test, found.test),
        ] {
            let Some(name) = name else { continue };
            let of_part = self.folder.join(name);
            let mut files = vec![];
            for class in self.class_names(&of_part)? {
                let folder = of_part.join(&class);
                let Ok(label) = classes.binary_search(&class) else {
                    return Err(errors::unknown_class(&folder));
                };
                // There are at most as many classes as labels.
                self.add_files(&folder, label as u16, &mut files)?;
            }
            if files.is_empty() {
                return Err(errors::without_clouds(&of_part, self.kind));
            }
            *parts.get_mut(part) = Some(files);
        }
        Ok((classes, parts))
    }

    /// The files in `CLASS/train` and `CLASS/test`.
    ///
    /// # Errors
    /// Those of [`find`](super::find).
    pub(super) fn class_first(&mut self) -> Result<FoundParts, DataError> {
        let classes = self.training_classes(self.folder)?;
        let mut found = vec![];
        for class in &classes {
            let folder = self.folder.join(class);
            let Some(parts) = Parts::find(&Tree::Disk, &folder)? else {
                return Err(errors::without_clouds(&folder.join("train"), self.kind));
            };
            found.push((folder, parts));
        }
        move_validation(found.iter_mut().map(|(_, parts)| parts));
        let mut parts = PartsOf::default();
        for (label, (folder, of_class)) in (0..=u16::MAX).zip(found) {
            let names = [&of_class.train, &of_class.validation, &of_class.test];
            for entry in visible_entries(&folder)? {
                if !names.contains(&&Some(entry.name.clone())) {
                    self.pass_over(&entry);
                }
            }
            let train = folder.join(of_class.train.unwrap_or_default());
            self.add_training(&train, label, &mut parts)?;
            for (part, name) in [
                (Part::Validation, of_class.validation),
                (Part::Test, of_class.test),
            ] {
                if let Some(name) = name {
                    let files = parts.get_mut(part).get_or_insert_default();
                    self.add_files(&folder.join(name), label, files)?;
                }
            }
        }
        for part in [Part::Validation, Part::Test] {
            if parts.get(part).as_ref().is_some_and(Vec::is_empty) {
                return Err(errors::part_without_clouds(self.folder, part, self.kind));
            }
        }
        Ok((classes, parts))
    }

    /// The files in `folder/CLASS`, for training.
    ///
    /// # Errors
    /// Those of [`find`](super::find).
    pub(super) fn classes_in(&mut self, folder: &Path) -> Result<FoundParts, DataError> {
        let classes = self.training_classes(folder)?;
        let mut parts = PartsOf::default();
        for (label, class) in (0..=u16::MAX).zip(&classes) {
            self.add_training(&folder.join(class), label, &mut parts)?;
        }
        Ok((classes, parts))
    }

    /// The names of the classes for training.
    fn training_classes(&mut self, folder: &Path) -> Result<Vec<String>, DataError> {
        let classes = self.class_names(folder)?;
        match (2..=MAX_CLASSES).contains(&classes.len()) {
            true => Ok(classes),
            false => Err(errors::number_of_classes(folder, &classes)),
        }
    }

    /// The names of the subfolders, sorted.
    fn class_names(&mut self, folder: &Path) -> Result<Vec<String>, DataError> {
        let mut names = vec![];
        for entry in visible_entries(folder)? {
            if !entry.is_folder {
                self.pass_over(&entry);
                continue;
            }
            if is_of_a_system(&entry.name) {
                continue;
            }
            let name = entry.path.file_name().and_then(|name| name.to_str());
            let Some(name) = name else {
                let fault = DataError::format(&entry.path, "a name in UTF-8", "another encoding");
                return Err(fault.hinted("rename the folder; it is the name of a class"));
            };
            names.push(name.to_owned());
        }
        names.sort();
        Ok(names)
    }

    /// Adds the training files of a class.
    fn add_training(
        &mut self,
        folder: &Path,
        label: u16,
        parts: &mut PartsOf<Option<Vec<Labelled>>>,
    ) -> Result<(), DataError> {
        let files = parts.train.get_or_insert_default();
        let before = files.len();
        self.add_files(folder, label, files)?;
        match files.len() > before {
            true => Ok(()),
            false => Err(errors::without_clouds(folder, self.kind)),
        }
    }

    /// Adds the clouds that `folder` itself holds, sorted by their names.
    fn add_files(
        &mut self,
        folder: &Path,
        label: u16,
        files: &mut Vec<Labelled>,
    ) -> Result<(), DataError> {
        let mut found: Vec<PathBuf> = vec![];
        for entry in visible_entries(folder)? {
            if !entry.is_folder && FileKind::named(&entry.path) == Some(self.kind) {
                found.push(entry.path);
            } else {
                self.pass_over(&entry);
            }
        }
        found.sort();
        files.extend(found.into_iter().map(|path| (path, label)));
        Ok(())
    }

    fn pass_over(&mut self, entry: &Entry) {
        if entry.is_folder && is_of_a_system(&entry.name) {
            return;
        }
        let is_cloud = || FileKind::named(&entry.path) == Some(self.kind);
        let reason = match entry.is_folder {
            true => PassedOverReason::OtherFolder,
            // A text that lies next to the folders of classes is a note.
            false if is_cloud() && self.kind == FileKind::Off => {
                PassedOverReason::CloudWithoutClass
            }
            false => PassedOverReason::NoCloud,
        };
        let path = entry.path.strip_prefix(self.folder).unwrap_or(&entry.path);
        self.passed_over.add(reason, path);
    }
}

/// A class without a folder for the test has that of validation in its place, unless another class has one for the test.
fn move_validation<'p>(classes: impl Iterator<Item = &'p mut Parts>) {
    let is_middle = |name: &String| {
        let mut names = MIDDLE_NAMES.iter();
        names.any(|middle| name.eq_ignore_ascii_case(middle))
    };
    let mut classes: Vec<&mut Parts> = classes.collect();
    let tests = classes.iter().filter_map(|parts| parts.test.as_ref());
    if tests.into_iter().all(is_middle) {
        return;
    }
    for parts in &mut classes {
        if parts.test.as_ref().is_some_and(is_middle) {
            parts.validation = parts.test.take();
        }
    }
}
