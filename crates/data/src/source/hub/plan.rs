//! What is read of a set of the hub, and what of it must be downloaded first.

use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::listing::HubFile;
use super::name::HubSet;
use super::settings::HubSettings;
use crate::source::folder::Part;
use crate::source::parquet::splits::Splits;
use crate::source::parquet::{TableFile, open_tables};
use crate::source::passed_over::{PassedOverCounts, PassedOverReason};
use crate::{DataError, ImageRequest, OpenedSource};

/// Which files of a set are read, at which commit.
#[derive(Debug)]
pub struct HubPlan {
    pub(super) set: HubSet,
    pub(super) settings: HubSettings,
    pub(super) commit: String,
    pub(super) splits: Splits<HubFile>,
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

    /// Downloads the files that are missing into the cache, a few at a time. Each appears when it is whole and verified.
    /// `progress` receives the bytes so far and the total; several threads call it.
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

    /// Downloads all files into `folder`, by their names in the set. Files that are there and right are kept.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub fn fetch_to(
        &self,
        folder: &Path,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<(), DataError> {
        let mut files = vec![];
        for file in self.files() {
            let path = folder.join(&file.name);
            if !path.is_file() || !self.file(file).matches(&path)? {
                files.push((file, path));
            }
        }
        self.download(files, progress)
    }

    /// Reads the set, whose files must be on this machine. `progress` is as in [`open`](crate::open).
    ///
    /// # Errors
    /// [`DataError`] if a file is missing, and those of [`open_tables`].
    pub fn open(
        &self,
        request: &ImageRequest,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<OpenedSource, DataError> {
        let cache = Cache::of(&self.settings, &self.set);
        let tables = self
            .splits
            .parts()
            .flat_map(|(_, split)| &split.files)
            .map(|file| {
                let path = cache.find(&self.commit, file);
                let path = path.ok_or_else(|| DataError::Missing {
                    path: cache.place(&self.commit, &file.name).unwrap_or_default(),
                });
                Ok(TableFile {
                    name: file.name.clone(),
                    path: path?,
                })
            });
        let tables: Vec<TableFile> = tables.collect::<Result<_, DataError>>()?;
        let place = PathBuf::from(self.set.to_string());
        let opened = open_tables(&place, tables, None, request, progress)?;
        let mut others = PassedOverCounts::default();
        for split in self.other_splits() {
            others.add(PassedOverReason::OtherTableSplit, Path::new(split));
        }
        Ok(OpenedSource {
            passed_over: others.finish(),
            ..opened
        })
    }
}
