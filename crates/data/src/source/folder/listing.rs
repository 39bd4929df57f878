//! The files of class folders: which are read, and what is passed over.

use std::fs;
use std::path::{Path, PathBuf};

use super::names::{is_image_name, is_of_a_system, is_other_format};
use crate::DataError;
use crate::source::passed_over::{PassedOver, PassedOverCounts, PassedOverReason};
use crate::source::tree::Tree;

/// The deepest subfolder of a class that is read. A link that leads back to a folder above it ends here.
const MAX_DEPTH: usize = 16;

/// Lists class folders and counts what is not read.
pub(crate) struct Listing<'p> {
    tree: &'p Tree,
    path: &'p Path,
    passed_over: PassedOverCounts,
    /// Where errors of subfolders go if the rest is to be listed. `None` ends the list at the first one.
    refused: Option<Vec<(PathBuf, DataError)>>,
}

/// What lies in the folder of one class.
#[derive(Debug, Default)]
pub(crate) struct ClassFiles {
    /// The files that are read, sorted by their paths.
    pub(crate) images: Vec<PathBuf>,
    /// How many images have a format that is not read.
    pub(super) other_formats: usize,
}

impl<'p> Listing<'p> {
    /// A list of the set at `path`. `others` are parts that are not read; they are counted.
    pub(crate) fn new(tree: &'p Tree, path: &'p Path, others: &[PathBuf]) -> Self {
        let mut listing = Self {
            tree,
            path,
            passed_over: PassedOverCounts::default(),
            refused: None,
        };
        for other in others {
            listing.pass_over(PassedOverReason::OtherSplit, other);
        }
        listing
    }

    /// A list of the pictures in `path` that goes on after a subfolder that cannot be read.
    pub(super) fn of_what_can_be_read(path: &'p Path) -> Self {
        let mut listing = Self::new(&Tree::Disk, path, &[]);
        listing.refused = Some(vec![]);
        listing
    }

    /// The subfolders that could not be read, and why.
    pub(super) fn take_refused(&mut self) -> Vec<(PathBuf, DataError)> {
        self.refused.take().unwrap_or_default()
    }

    /// The folder of a part; `None` stands for the path itself.
    pub(super) fn folder(&self, part: Option<&str>) -> PathBuf {
        part.map_or_else(|| self.path.into(), |part| self.path.join(part))
    }

    /// The names of a part's subfolders, sorted.
    ///
    /// # Errors
    /// A folder that cannot be read, or has a name that is not UTF-8 or is that of a system's folder.
    pub(super) fn class_names(&mut self, part: Option<&str>) -> Result<Vec<String>, DataError> {
        let mut names = Vec::new();
        for entry in self.tree.entries(&self.folder(part))? {
            if !entry.is_folder {
                let is_picture = is_image_name(&entry.path) || is_other_format(&entry.path);
                let reason = if is_picture {
                    PassedOverReason::NoClass
                } else {
                    PassedOverReason::NoPicture
                };
                self.pass_over(reason, &entry.path);
            } else if is_of_a_system(&entry.name) {
                // Some storage devices make a folder of their own in every other.
            } else if entry
                .path
                .file_name()
                .and_then(|name| name.to_str())
                .is_none()
            {
                let found = "another encoding";
                let fault = DataError::format(&entry.path, "a name in UTF-8", found);
                return Err(fault.hinted("rename the folder; it is the name of a class"));
            } else {
                names.push(entry.name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The files of a class, also of its subfolders.
    ///
    /// # Errors
    /// A folder that cannot be read, or lies too deep.
    pub(crate) fn class_files(
        &mut self,
        part: Option<&str>,
        class: &str,
    ) -> Result<ClassFiles, DataError> {
        self.files_in(&self.folder(part).join(class))
    }

    /// The files of a folder and of its subfolders.
    ///
    /// # Errors
    /// A folder that cannot be read, or lies too deep.
    pub(super) fn files_in(&mut self, folder: &Path) -> Result<ClassFiles, DataError> {
        let mut files = ClassFiles::default();
        self.add_files(folder, 0, &mut files)?;
        files.images.sort();
        Ok(files)
    }

    fn add_files(
        &mut self,
        folder: &Path,
        depth: usize,
        files: &mut ClassFiles,
    ) -> Result<(), DataError> {
        if depth > MAX_DEPTH {
            let expected = format!("at most {MAX_DEPTH} levels of subfolders");
            return Err(DataError::format(folder, expected, "more").hinted(
                "move its pictures up; if a link leads back to a folder above it, remove the link",
            ));
        }
        for entry in self.tree.entries(folder)? {
            if entry.is_folder {
                // Some storage devices make a folder of their own in every other.
                if is_of_a_system(&entry.name) {
                    continue;
                }
                if self.refused.is_some() && leads_back(&entry.path) {
                    continue;
                }
                let added = self.add_files(&entry.path, depth + 1, files);
                match (added, &mut self.refused) {
                    (Err(error), Some(refused)) => refused.push((entry.path, error)),
                    (added, _) => added?,
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
        Ok(())
    }

    /// What was passed over.
    pub(crate) fn finish(self) -> Vec<PassedOver> {
        self.passed_over.finish()
    }

    fn pass_over(&mut self, reason: PassedOverReason, path: &Path) {
        let path = path.strip_prefix(self.path).unwrap_or(path);
        self.passed_over.add(reason, path);
    }
}

/// Whether a folder is a link to one that it lies in, so that its pictures are found elsewhere.
fn leads_back(folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    folder.is_symlink()
        && match (real(folder), folder.parent().and_then(real)) {
            (Some(to), Some(from)) => from.starts_with(to),
            _ => false,
        }
}

/// One entry of a folder.
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    /// With other characters in place of those that are not UTF-8.
    pub(crate) name: String,
    pub(crate) is_folder: bool,
}

/// The entries of a folder without the hidden ones and without files that systems made.
pub(crate) fn visible_entries(folder: &Path) -> Result<Vec<Entry>, DataError> {
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
