//! What is read of a set of the hub, and what of it must be downloaded first.

use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::name::HubSet;
use super::settings::HubSettings;
use crate::source::fetch::copy_verified;
use crate::source::folder::Part;
use crate::source::parquet::splits::Splits;
use crate::source::parquet::{check_is_read, open_splits, read};
use crate::{DataError, ImageRequest, OpenedSource, TableLook};

/// Which files of a set are read, at which commit.
#[derive(Debug)]
pub struct HubPlan {
    pub(super) set: HubSet,
    pub(super) settings: HubSettings,
    pub(super) commit: String,
    pub(super) origin: ListOrigin,
    pub(super) splits: Splits<HubFile>,
}

/// A file of a set that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HubFile {
    /// Its name within the set, with `/` between folders.
    pub(super) name: String,
    /// Its length in bytes.
    pub(super) size: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub(super) sha256: String,
}

/// Who says which files a set has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOrigin {
    /// The hub, now or before.
    Hub,
    /// The cache of the hub's own library, which may have a part of the set.
    Snapshot,
}

/// A part of a set, and its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubPart {
    /// What its images are for.
    pub part: Part,
    /// The name of its split.
    pub split: String,
    /// How many files it has.
    pub files: usize,
    /// Their length in all.
    pub bytes: u64,
}

impl HubPlan {
    /// The set at the commit that is read: a value of `--data` that always means the same files.
    pub fn pinned(&self) -> &HubSet {
        &self.set
    }

    /// The commit.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// Who says which files the set has.
    pub fn origin(&self) -> ListOrigin {
        self.origin
    }

    /// The parts that are read.
    pub fn parts(&self) -> Vec<HubPart> {
        let parts = self.splits.parts().map(|(part, split)| HubPart {
            part,
            split: split.name.clone(),
            files: split.files.len(),
            bytes: split.files.iter().map(|file| file.size).sum(),
        });
        parts.collect()
    }

    /// The configuration that is read; `None` if the set has none.
    pub fn config(&self) -> Option<&str> {
        Some(self.splits.config.as_str()).filter(|config| !config.is_empty())
    }

    /// The splits that are not read.
    pub fn other_splits(&self) -> &[String] {
        &self.splits.others
    }

    /// How many files are not on this machine, and their length in bytes.
    pub fn missing(&self) -> (usize, u64) {
        let missing = self.missing_files();
        (missing.len(), missing.iter().map(|file| file.size).sum())
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &HubFile> {
        self.splits.parts().flat_map(|(_, split)| &split.files)
    }

    fn missing_files(&self) -> Vec<&HubFile> {
        let cache = Cache::of(&self.settings, &self.set);
        let files = self.files();
        files
            .filter(|file| cache.find(&self.commit, file).is_none())
            .collect()
    }

    /// Looks at the smallest file of each part, the training part first, and downloads it first if it is missing. What
    /// is wrong with columns or labels is then known before the other files are downloaded. Returns what is known of
    /// the training images. `progress` is as in [`fetch`](Self::fetch).
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch); columns that must be named, rows without labels, and a build that reads no parquet
    /// files.
    pub fn look(
        &self,
        request: &ImageRequest,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Option<TableLook>, DataError> {
        check_is_read(&self.place())?;
        self.check_online(self.missing_files().len())?;
        let cache = Cache::of(&self.settings, &self.set);
        let mut training = None;
        for (part, split) in self.splits.parts() {
            let Some(file) = split.files.iter().min_by_key(|file| file.size) else {
                continue;
            };
            let path = match cache.find(&self.commit, file) {
                Some(path) => path,
                None => {
                    let path = cache.place(&self.commit, &file.name)?;
                    self.download(vec![(file, path.clone())], progress)?;
                    path
                }
            };
            let look = read::look(part, &path, request)?;
            training.get_or_insert(look);
        }
        Ok(training)
    }

    /// Downloads the files that are missing into the cache, a few at a time. Each appears when it is whole and
    /// verified. `progress` receives the bytes so far and the total; several threads call it.
    ///
    /// # Errors
    /// [`DataError`] if a file cannot be downloaded or stored, or no network may be used. A later call continues.
    pub fn fetch(&self, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<(), DataError> {
        let cache = Cache::of(&self.settings, &self.set);
        let place = |file: &HubFile| cache.place(&self.commit, &file.name);
        let files = self.missing_files().into_iter();
        let files = files.map(|file| Ok((file, place(file)?)));
        self.download(files.collect::<Result<_, DataError>>()?, progress)
    }

    /// Hashes all files, and downloads into the cache those that are missing or have other bytes than they should have.
    /// Returns how many these are. `progress` is as in [`fetch`](Self::fetch).
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch), and a file that cannot be read.
    pub fn fetch_verified(&self, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<usize, DataError> {
        let cache = Cache::of(&self.settings, &self.set);
        let mut wrong = vec![];
        for file in self.files() {
            if cache.verified(&self.commit, file)?.is_none() {
                wrong.push((file, cache.place(&self.commit, &file.name)?));
            }
        }
        let count = wrong.len();
        self.download(wrong, progress)?;
        Ok(count)
    }

    /// Puts all files into `folder`, by their names in the set. Files that are there and right are kept, those in a
    /// cache are copied, and others are downloaded. Returns how many these are.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub fn fetch_to(
        &self,
        folder: &Path,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<usize, DataError> {
        let cache = Cache::of(&self.settings, &self.set);
        let mut files = vec![];
        for file in self.files() {
            let (path, download) = (folder.join(&file.name), self.file(file));
            if path.is_file() && download.matches(&path)? {
                continue;
            }
            let is_copied = match cache.find(&self.commit, file) {
                Some(cached) => copy_verified(&cached, &download, &path)?,
                None => false,
            };
            if !is_copied {
                files.push((file, path));
            }
        }
        let count = files.len();
        self.download(files, progress)?;
        Ok(count)
    }

    /// Reads the set, whose files must be on this machine. `progress` is as in [`open`](crate::open).
    ///
    /// # Errors
    /// [`DataError`] if a file is missing, if one of several columns must be named, if a row lacks a picture or a
    /// label, if files are damaged or hold other classes than the first, and if this build reads no parquet files.
    pub fn open(
        &self,
        request: &ImageRequest,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<OpenedSource, DataError> {
        let cache = Cache::of(&self.settings, &self.set);
        let path = |file: &HubFile| {
            let found = cache.find(&self.commit, file);
            found.ok_or_else(|| DataError::Missing {
                path: cache.place(&self.commit, &file.name).unwrap_or_default(),
            })
        };
        let splits: Splits<PathBuf> = self.splits.try_map(&path)?;
        open_splits(&self.place(), &splits, request, progress)
    }

    /// The name of the set, for messages.
    pub(super) fn place(&self) -> PathBuf {
        PathBuf::from(self.set.to_string())
    }
}
