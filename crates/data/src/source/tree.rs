//! Folders and files of pictures: on disk, or in an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use std::io::Read;

use crate::DataError;
use crate::file::{MAX_FILE_BYTES, open_regular, read_regular};
use crate::source::archive::Archive;
use crate::source::content::Content;
use crate::source::folder::{Entry, has_images, is_image_name, is_shown, visible_entries};
use crate::source::lists::is_list;
use crate::source::official::{OfficialFile, files_in, is_pickle};
use crate::source::tiny_imagenet;

/// The most files of an archive.
const MAX_FILES: usize = 4_000_000;
/// The most bytes of their names.
const MAX_NAME_BYTES: usize = 256 << 20;
/// The most folders that a file lies in, with its own name.
const MAX_LEVELS: usize = 64;
/// How much of a list is looked at to know whether it is one.
const START_BYTES: u64 = 1 << 12;

/// Where pictures lie.
pub(crate) enum Tree {
    /// In folders.
    Disk,
    /// In an archive, whose files have paths such as `pets.zip/train/cat/1.png`.
    Packed(Packed),
}

/// The files of an archive by their folders.
pub(crate) struct Packed {
    /// The archive.
    pub(crate) archive: Archive,
    folders: BTreeMap<PathBuf, Entries>,
    lists: BTreeMap<PathBuf, Vec<u8>>,
    pickles: BTreeSet<PathBuf>,
}

#[derive(Default)]
struct Entries {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Tree {
    /// The entries of a folder without the hidden ones and without files that systems made.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(crate) fn entries(&self, folder: &Path) -> Result<Vec<Entry>, DataError> {
        match self {
            Self::Disk => visible_entries(folder),
            Self::Packed(packed) => Ok(packed.entries(folder)),
        }
    }

    /// Whether a folder or one of its subfolders holds a picture, by its name.
    pub(crate) fn has_images(&self, folder: &Path) -> bool {
        match self {
            Self::Disk => has_images(folder),
            Self::Packed(packed) => packed.has_images(folder),
        }
    }

    /// Whether a file lies at `path`.
    pub(crate) fn has_file(&self, path: &Path) -> bool {
        match self {
            Self::Disk => path.is_file(),
            Self::Packed(packed) => packed.has_file(path),
        }
    }

    /// The files of sets with fixed names that a folder holds itself, sorted by their names.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(crate) fn official_files(
        &self,
        folder: &Path,
    ) -> Result<Vec<(PathBuf, OfficialFile)>, DataError> {
        match self {
            Self::Disk => files_in(folder),
            Self::Packed(packed) => Ok(packed.official_files(folder)),
        }
    }

    /// The first bytes of the list of pictures at `path`; `None` if there is no such file.
    pub(crate) fn start_of_list(&self, path: &Path) -> Option<Vec<u8>> {
        match self {
            Self::Packed(packed) => packed.lists.get(path).cloned(),
            Self::Disk => {
                let (file, _) = open_regular(path, u64::MAX).ok()?;
                let mut start = vec![];
                file.take(START_BYTES).read_to_end(&mut start).ok()?;
                Some(start)
            }
        }
    }

    /// The text of the list of pictures at `path`, of at most 64 MiB.
    ///
    /// # Errors
    /// A file that is not there, is too large or cannot be read.
    pub(crate) fn list(&self, path: &Path) -> Result<Vec<u8>, DataError> {
        match self {
            Self::Packed(packed) => {
                let text = packed.lists.get(path);
                text.cloned()
                    .ok_or_else(|| DataError::Missing { path: path.into() })
            }
            Self::Disk => read_regular(path, MAX_FILE_BYTES).map_err(DataError::io(path)),
        }
    }
}

/// What is found of an archive in one pass.
#[derive(Default)]
pub(crate) struct Found {
    names: Vec<PathBuf>,
    name_bytes: usize,
    lists: Vec<(PathBuf, Vec<u8>)>,
    list_bytes: usize,
    pickles: BTreeSet<PathBuf>,
}

impl Found {
    /// Takes in a file: its path, and the text of a list or of Tiny ImageNet.
    ///
    /// # Errors
    /// A path of more than 64 folders, too many files, lists of more than 64 MiB in all, and content that cannot be
    /// read.
    pub(crate) fn take(
        &mut self,
        archive: &Path,
        name: &Path,
        content: &mut Content<'_>,
    ) -> Result<(), DataError> {
        let levels = name.iter().count();
        if levels > MAX_LEVELS {
            let expected = format!("at most {MAX_LEVELS} levels of folders");
            return Err(DataError::format(archive, expected, levels.to_string()));
        }
        self.name_bytes += name.as_os_str().len();
        if self.names.len() >= MAX_FILES || self.name_bytes > MAX_NAME_BYTES {
            let expected =
                format!("at most {MAX_FILES} files, with names of {MAX_NAME_BYTES} bytes in all");
            return Err(DataError::format(archive, expected, "more"));
        }
        self.names.push(name.to_owned());
        let file_name = name
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if is_list(file_name) || tiny_imagenet::is_text(file_name, content.size) {
            // An archive may claim any size.
            self.list_bytes = self.list_bytes.saturating_add(content.size);
            if self.list_bytes as u64 > MAX_FILE_BYTES {
                let expected = format!("lists of at most {MAX_FILE_BYTES} bytes in all");
                return Err(DataError::format(content.path, expected, "more"));
            }
            self.lists.push((name.to_owned(), content.all()?));
        } else if OfficialFile::named(file_name).is_some_and(OfficialFile::needs_look) {
            let mut start = [0; 2];
            let length = content.start(&mut start)?;
            if is_pickle(&start[..length]) {
                self.pickles.insert(name.to_owned());
            }
        }
        Ok(())
    }
}

impl Packed {
    /// The files that were found in `archive`.
    ///
    /// # Errors
    /// A file that comes twice, and a name that is not UTF-8.
    pub(crate) fn new(archive: Archive, found: Found) -> Result<Self, DataError> {
        let root = archive.path();
        let mut folders: BTreeMap<PathBuf, Entries> = BTreeMap::new();
        for name in found.names.iter().filter(|name| is_shown(name)) {
            let path = root.join(name);
            // Two names in another encoding may look the same.
            if name.to_str().is_none_or(|name| name.contains('\u{fffd}')) {
                let fault = DataError::format(&path, "a name in UTF-8", "another encoding");
                return Err(fault.hinted("pack the set again with names in UTF-8"));
            }
            let mut inner = path.clone();
            while inner != root
                && let Some(folder) = inner.parent().map(Path::to_path_buf)
            {
                let entries = folders.entry(folder.clone()).or_default();
                if inner == path {
                    if !entries.files.insert(inner) {
                        let fault = DataError::format(&path, "each file once", "it twice");
                        return Err(fault.hinted("pack the set again"));
                    }
                } else if !entries.folders.insert(inner) {
                    break;
                }
                inner = folder;
            }
        }
        let lists = found.lists.into_iter();
        let lists = lists.map(|(name, text)| (root.join(name), text)).collect();
        let pickles = found.pickles.iter().map(|name| root.join(name)).collect();
        Ok(Self {
            archive,
            folders,
            lists,
            pickles,
        })
    }

    /// The files of each folder.
    pub(crate) fn files_by_folder(&self) -> impl Iterator<Item = &BTreeSet<PathBuf>> {
        self.folders.values().map(|entries| &entries.files)
    }

    fn has_file(&self, path: &Path) -> bool {
        let folder = path.parent().and_then(|folder| self.folders.get(folder));
        folder.is_some_and(|entries| entries.files.contains(path))
    }

    fn official_files(&self, folder: &Path) -> Vec<(PathBuf, OfficialFile)> {
        let files = self
            .folders
            .get(folder)
            .into_iter()
            .flat_map(|entries| &entries.files);
        let files = files.filter_map(|path| {
            let name = path.file_name().and_then(|name| name.to_str())?;
            let file = OfficialFile::named(name)?;
            (!file.needs_look() || self.pickles.contains(path)).then(|| (path.clone(), file))
        });
        files.collect()
    }

    fn entries(&self, folder: &Path) -> Vec<Entry> {
        let Some(found) = self.folders.get(folder) else {
            return vec![];
        };
        let entry = |path: &PathBuf, is_folder| Entry {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            path: path.clone(),
            is_folder,
        };
        let folders = found.folders.iter().map(|path| entry(path, true));
        let files = found.files.iter().map(|path| entry(path, false));
        folders.chain(files).collect()
    }

    fn has_images(&self, folder: &Path) -> bool {
        let mut within = self.folders.range(folder.to_path_buf()..);
        within
            .by_ref()
            .take_while(|(path, _)| path.starts_with(folder))
            .any(|(_, entries)| entries.files.iter().any(|file| is_image_name(file)))
    }
}

#[cfg(test)]
mod tests;
