//! The files of class folders: which are read, and what is passed over.

use std::fs;
use std::path::{Path, PathBuf};

use super::names::{TEST_NAMES, is_image_name, is_of_a_system, is_other_format};
use crate::DataError;
use crate::passed_over::{PassedOver, PassedOverCounts, PassedOverReason};
use crate::shell::quoted;

/// Lists class folders and counts what is not read.
pub(super) struct Listing<'p> {
    path: &'p Path,
    passed_over: PassedOverCounts,
}

/// What lies in the folder of one class.
#[derive(Debug, Default)]
pub(super) struct ClassFiles {
    /// The files that are read, sorted by name.
    pub(super) images: Vec<PathBuf>,
    /// How many images have a format that is not read.
    pub(super) other_formats: usize,
    /// How many subfolders there are.
    pub(super) subfolders: usize,
}

impl ClassFiles {
    /// Adds the counts of another class.
    pub(super) fn add(&mut self, other: &Self) {
        self.other_formats += other.other_formats;
        self.subfolders += other.subfolders;
    }
}

impl<'p> Listing<'p> {
    /// Looks at the folder of the splits.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(super) fn new(path: &'p Path) -> Result<Self, DataError> {
        let mut listing = Self {
            path,
            passed_over: PassedOverCounts::default(),
        };
        for entry in visible_entries(path)? {
            let is_other = TEST_NAMES[1..]
                .iter()
                .any(|name| entry.name.eq_ignore_ascii_case(name));
            if entry.is_folder && is_other {
                listing.pass_over(PassedOverReason::OtherSplit, &entry.path);
            }
        }
        Ok(listing)
    }

    /// The names of a split's subfolders, sorted.
    ///
    /// # Errors
    /// A folder that cannot be read, or has a name that is not UTF-8 or is that of a system's folder.
    pub(super) fn class_names(&mut self, split: &str) -> Result<Vec<String>, DataError> {
        let mut names = Vec::new();
        for entry in visible_entries(&self.path.join(split))? {
            if !entry.is_folder {
                let is_picture = is_image_name(&entry.path) || is_other_format(&entry.path);
                let reason = if is_picture {
                    PassedOverReason::NoClass
                } else {
                    PassedOverReason::NoPicture
                };
                self.pass_over(reason, &entry.path);
            } else if is_of_a_system(&entry.name) {
                let found = "one that an operating system or a storage device made";
                return Err(
                    DataError::format(&entry.path, "the folder of a class", found)
                        .hinted(format!("remove it with: rm -r {}", quoted(&entry.path))),
                );
            } else if entry
                .path
                .file_name()
                .and_then(|name| name.to_str())
                .is_none()
            {
                let found = "another encoding";
                return Err(DataError::format(&entry.path, "a name in UTF-8", found));
            } else {
                names.push(entry.name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The files of a class.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(super) fn class_files(
        &mut self,
        split: &str,
        class: &str,
    ) -> Result<ClassFiles, DataError> {
        let mut files = ClassFiles::default();
        for entry in visible_entries(&self.path.join(split).join(class))? {
            if entry.is_folder {
                // Some storage devices make a folder of their own in every other.
                if !is_of_a_system(&entry.name) {
                    files.subfolders += 1;
                    self.pass_over(PassedOverReason::Subfolder, &entry.path);
                }
            } else if is_image_name(&entry.path) {
                files.images.push(entry.path);
            } else if is_other_format(&entry.path) {
                files.other_formats += 1;
                self.pass_over(PassedOverReason::OtherFormat, &entry.path);
            } else {
                self.pass_over(PassedOverReason::NoPicture, &entry.path);
            }
        }
        files.images.sort();
        Ok(files)
    }

    /// What was passed over.
    pub(super) fn finish(self) -> Vec<PassedOver> {
        self.passed_over.finish()
    }

    fn pass_over(&mut self, reason: PassedOverReason, path: &Path) {
        let path = path.strip_prefix(self.path).unwrap_or(path);
        self.passed_over.add(reason, path);
    }
}

/// One entry of a folder.
struct Entry {
    path: PathBuf,
    /// With other characters in place of those that are not UTF-8.
    name: String,
    is_folder: bool,
}

/// The entries of a folder without the hidden ones and without files that systems made.
fn visible_entries(folder: &Path) -> Result<Vec<Entry>, DataError> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(DataError::io(folder))? {
        let entry = entry.map_err(DataError::io(folder))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(DataError::io(&path))?;
        let is_folder = kind.is_dir() || (kind.is_symlink() && path.is_dir());
        if name.starts_with('.') || (!is_folder && is_of_a_system(&name)) {
            continue;
        }
        entries.push(Entry {
            path,
            name,
            is_folder,
        });
    }
    Ok(entries)
}
